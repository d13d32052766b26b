import { testKey } from "../harness/start-headgate.ts";

/** Secrets of a fixture: made up, of no use anywhere else. */
export const oldKeys = {
  file: testKey,
  rotated: "hg-upgrade-rotated-new-000000000000000000000000",
  rotatedBefore: "hg-upgrade-rotated-old-000000000000000000000000",
  revoked: "hg-upgrade-revoked-0000000000000000000000000000",
  limited: "hg-upgrade-limited-0000000000000000000000000000",
} as const;

/** The configuration file of the fixtures, in the form of the version that made them. Never to be changed. */
export function oldConfig(providerUrl: string): { readonly [section: string]: unknown } {
  return {
    settings: { retention_days: 36_500, content_logging: "full" },
    providers: { demo: {}, filed: { ...oldProvider(providerUrl), keys: [{ name: "main", value: "sk-fake-one" }] } },
    routes: [{ alias: "filed-route", targets: [{ model: "filed/fake-gpt" }] }],
    virtual_keys: [{ name: "test", value: testKey, budgets: [{ limit_usd: 50, period: "none" }] }],
  };
}

/** A provider that speaks chat completions at this place. */
export function oldProvider(providerUrl: string) {
  return {
    dialect: "openai-chat",
    base_url: `${providerUrl}/v1`,
    retries: { max: 0 },
    models: [{ id: "fake-gpt", price: { input: 1, output: 2 }, context: 200_000, max_output: 64_000 }],
  } as const;
}
