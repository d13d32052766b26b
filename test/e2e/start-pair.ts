import { afterAll } from "bun:test";
import type { LogEntry } from "../fake-provider/script.ts";
import { type FakeProvider, startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { type Headgate, type HeadgateOptions, startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

export type Pair = {
  readonly provider: FakeProvider;
  readonly gateway: Headgate;
  /** Waits until the provider saw its peer go away. */
  aborted(afterId?: number): Promise<LogEntry>;
  /** What the provider saw and the gateway logged, for a failure's message. */
  story(): Promise<string>;
};

/** True under `npm run test:full`: counts are then those of a full proof, not what a minute allows. */
export const full = process.env.HEADGATE_TEST_FULL === "1";

/** The fake provider behind the gateway for one test file; both are stopped when it is done. */
export async function startPair(
  options: HeadgateOptions & { readonly configure?: (providerUrl: string) => object } = {},
): Promise<Pair> {
  const provider = await startFakeProvider();
  const config = { ...twoProviders(provider.url), ...options.configure?.(provider.url) };
  const gateway = await startHeadgate({ config, ...options }).catch(async (error: unknown) => {
    await provider.stop();
    throw error;
  });
  afterAll(async () => {
    await gateway.stop();
    await provider.stop();
  });
  return {
    provider,
    gateway,
    aborted: (afterId = 0) =>
      waitUntil(
        "the provider to see its peer go away",
        async () => (await provider.log(afterId)).find((entry) => entry.abortedAtMs !== undefined),
        3000,
      ),
    async story() {
      const seen = (await provider.log())
        .slice(-5)
        .map((entry) => JSON.stringify({ ...entry, headerList: undefined, body: entry.body.slice(0, 300) }));
      return [
        "--- the provider saw:",
        ...seen,
        "--- the gateway logged:",
        ...gateway
          .logs()
          .slice(-8)
          .map((line) => line.text),
      ].join("\n");
    },
  };
}

/** `oai` speaks chat completions and `ant` messages; both are the fake provider. */
export function twoProviders(
  providerUrl: string,
  provider: object = {},
): { readonly providers: { readonly [id: string]: object } } {
  const one = (dialect: string) => ({
    dialect,
    base_url: `${providerUrl}/v1`,
    keys: [{ name: "main", value: "sk-fake-one" }],
    retries: { max: 0 },
    models: ["fake-gpt", "fake-claude"].map((id) => ({
      id,
      price: { input: 1, output: 2 },
      context: 200_000,
      max_output: 64_000,
    })),
    ...provider,
  });
  return { providers: { oai: one("openai-chat"), ant: one("anthropic-messages") } };
}

/** The two ways to ask, each with a model of both providers: every same-dialect and every translated pair. */
export const pairs = [
  { path: "/v1/chat/completions", model: "oai/fake-gpt" },
  { path: "/v1/chat/completions", model: "ant/fake-claude" },
  { path: "/v1/messages", model: "ant/fake-claude" },
  { path: "/v1/messages", model: "oai/fake-gpt" },
] as const;

export function ask(model: string, content: string, more: object = {}): object {
  return { model, max_tokens: 4000, messages: [{ role: "user", content }], ...more };
}

/** The text of a whole answer or of a stream's events, of either dialect. */
export function textOf(answers: readonly unknown[]): string {
  return answers.map(textOfOne).join("");
}

function textOfOne(answer: unknown): string {
  const pieces = [
    at(answer, "choices", 0, "message", "content"),
    at(answer, "choices", 0, "delta", "content"),
    at(answer, "content", 0, "text"),
    at(answer, "delta", "text"),
  ];
  return pieces.filter((piece) => typeof piece === "string").join("");
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (here, name) => (typeof here === "object" && here !== null ? Reflect.get(here, name) : undefined),
    value,
  );
}
