import { after, test } from "node:test";
import type { LogEntry, Rule } from "../fake-provider/script.ts";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { clientConfig, type Dialect, dialectOf, modelAt, modelsFor } from "./client-config.ts";

/** What a client under test talks to, and what stands behind it. */
export type Target = {
  /** The gateway without any path: what Anthropic's SDKs take, and OpenAI's must be content with. */
  readonly url: string;
  readonly key: string;
  /** Models to ask for with a client of this dialect: one served in the same dialect, the others translated. */
  models(dialect: Dialect): readonly string[];
  /** Makes a virtual key with these limits, through the admin API. */
  newKey(limits: object): Promise<string>;
  /** What the product says becomes of a feature between a client of this dialect and the model's provider: kept, dropped, … */
  becomes(client: Dialect, model: string, feature: string): Promise<string>;
  script(...rules: readonly Rule[]): Promise<void>;
  /** What the provider saw since the present test began. */
  seen(): Promise<readonly LogEntry[]>;
  /** Waits until the provider saw its peer go away. */
  aborted(): Promise<LogEntry>;
  /** A test whose failure says what the provider saw. */
  test(name: string, run: () => Promise<void>): void;
};

type Capability = {
  readonly client: string;
  readonly provider: string;
  readonly feature: string;
  readonly whole: string;
};

/** A one-pixel PNG. */
export const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/**
 * The fake provider behind the gateway, as a provider of each dialect. With `HEADGATE_CLIENTS_DIRECT=1` the
 * clients talk to the fake provider itself: what fails there is the test's fault, not the gateway's.
 */
export async function startTarget(settings: object = {}): Promise<Target> {
  const provider = await startFakeProvider();
  const direct = process.env.HEADGATE_CLIENTS_DIRECT === "1";
  const gateway = direct ? undefined : await startHeadgate({ config: { settings, ...clientConfig(provider.url) } });
  after(async () => {
    await gateway?.stop();
    await provider.stop();
  });
  let sinceId = 0;
  let keys = 0;
  let matrix: Promise<string> | undefined;
  const seen = () => provider.log(sinceId);
  return {
    url: gateway?.url ?? provider.url,
    key: gateway?.key ?? provider.key,
    models: (dialect) => (direct ? [modelAt(dialect).own] : modelsFor(dialect)),
    async newKey(limits) {
      if (gateway === undefined) throw new Error("There are no limits without a gateway");
      const answer = await gateway.admin("POST", "/api/virtual-keys", { name: `limited-${++keys}`, ...limits });
      const text = await answer.text();
      if (answer.status !== 201) throw new Error(`Cannot make a key: ${answer.status} ${text}`);
      const made: { value: string } = JSON.parse(text);
      return made.value;
    },
    becomes: async (client, model, feature) => {
      const at = dialectOf(model);
      if (gateway === undefined || at === client) return "kept";
      matrix ??= gateway.admin("GET", "/api/dialects").then((answer) => answer.text());
      const { capabilities }: { capabilities: readonly Capability[] } = JSON.parse(await matrix);
      const found = capabilities.find(
        (each) => each.client === client && each.provider === at && each.feature === feature,
      );
      if (found === undefined) throw new Error(`Nothing is said of ${feature} from ${client} at ${at}`);
      return found.whole;
    },
    script: provider.script,
    seen,
    aborted: () =>
      waitUntil(
        "the provider to see its peer go away",
        async () => (await seen()).find((entry) => entry.abortedAtMs !== undefined),
        3000,
      ),
    test(name, run) {
      test(name, { timeout: 20_000 }, async () => {
        sinceId = (await provider.log(sinceId)).at(-1)?.id ?? sinceId;
        try {
          await run();
        } catch (error) {
          throw new Error(`${error instanceof Error ? error.message : error}\n${await describe(seen, gateway)}`, {
            cause: error,
          });
        }
      });
    },
  };
}

async function describe(
  seen: () => Promise<readonly LogEntry[]>,
  gateway: { logs(): readonly { readonly text: string }[] } | undefined,
): Promise<string> {
  const requests = (await seen()).map(
    (entry) =>
      `${entry.method} ${entry.path} → ${entry.status ?? "nothing"}${entry.problem ? ` (${entry.problem})` : ""}, ${entry.eventsSent} events; body: ${entry.body.slice(0, 2000)}`,
  );
  const log = gateway
    ? gateway
        .logs()
        .slice(-5)
        .map((line) => line.text)
    : ["(no gateway: talking to the fake provider)"];
  return [
    "--- the provider saw:",
    ...(requests.length > 0 ? requests : ["nothing"]),
    "--- the gateway's last log lines:",
    ...log,
  ].join("\n");
}
