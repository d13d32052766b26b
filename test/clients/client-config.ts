export type Dialect = "openai-chat" | "anthropic-messages";

/** Two providers on one fake: `oai` speaks chat completions, `ant` messages. */
export function clientConfig(providerUrl: string): { readonly [key: string]: unknown } {
  const provider = (dialect: Dialect) => ({
    dialect,
    base_url: `${providerUrl}/v1`,
    keys: [{ name: "main", value: "sk-fake-one" }],
    retries: { max: 0 },
    models: ["fake-gpt", "fake-claude", "fake-embed"].map((id) => ({
      id,
      price: { input: 1, output: 2 },
      context: 200_000,
      max_output: 64_000,
    })),
  });
  return { providers: { oai: provider("openai-chat"), ant: provider("anthropic-messages") } };
}
