import { pairs, twoProviders } from "../e2e/start-pair.ts";
import type { Answer } from "../fake-provider/script.ts";
import type { FakeProvider } from "../fake-provider/start-fake-provider.ts";

/**
 * The fake provider under more names: `gone` knows no model, `odd` answers with what is no answer (its input is charged),
 * `busy` asks to wait for `busyS`. `flaky` is an alias that ends at one that works.
 */
export function failingProviders(providerUrl: string): object {
  const { providers } = twoProviders(providerUrl);
  const named = (name: string, more: object = {}) => ({
    ...providers.oai,
    base_url: `${providerUrl}/as/${name}/v1`,
    ...more,
  });
  return {
    providers: {
      ...providers,
      gone: named("gone"),
      odd: named("odd"),
      busy: named("busy", { retries: { max: 2, backoff_max_ms: busyS * 1000 } }),
    },
    routes: [
      {
        alias: "flaky",
        targets: [{ model: "gone/fake-gpt" }],
        fallbacks: ["odd/fake-gpt", "oai/fake-gpt", "ant/fake-claude"],
      },
    ],
  };
}

/** Long enough for a test to do something meanwhile on a crowded machine. */
export const busyS = 50;

export const flakyModels = [
  { path: "/v1/chat/completions", model: "flaky" },
  { path: "/v1/messages", model: "flaky" },
] as const;

/** Half of the requests fail somewhere first. */
export const mixedModels = [...pairs, ...flakyModels, ...flakyModels] as const;

/** To be done again after `reset`. */
export async function scriptFailures(provider: FakeProvider): Promise<void> {
  const always = (name: string, answer: Answer) => ({
    match: { path: `/as/${name}/` },
    times: 0,
    answer,
  });
  await provider.script(
    always("gone", { kind: "error", status: 404 }),
    always("odd", { kind: "json", body: { odd: true } }),
    always("busy", { kind: "error", status: 429, headers: { "retry-after": String(busyS) } }),
  );
}
