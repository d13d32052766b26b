export type Dialect = "openai-chat" | "anthropic-messages" | "openai-responses";

/**
 * Two providers on one fake: `oai` speaks chat completions, `ant` messages. `oai-first` and `ant-first` ask one of them
 * and then the other; they wait half a second for the first token.
 */
export function clientConfig(providerUrl: string): { readonly [key: string]: unknown } {
  const provider = (dialect: Dialect, timeouts: object = {}) => ({
    dialect,
    base_url: `${providerUrl}/v1`,
    keys: [{ name: "main", value: "sk-fake-one" }],
    retries: { max: 0 },
    timeouts,
    models: ["fake-gpt", "fake-claude", "fake-embed"].map((id) => ({
      id,
      price: { input: 1, output: 2 },
      context: 200_000,
      max_output: 64_000,
    })),
  });
  const hasty = { first_token_ms: 500 };
  return {
    providers: {
      oai: provider("openai-chat"),
      ant: provider("anthropic-messages"),
      "oai-hasty": provider("openai-chat", hasty),
      "ant-hasty": provider("anthropic-messages", hasty),
    },
    routes: [
      { alias: "oai-first", targets: [{ model: "oai-hasty/fake-gpt" }], fallbacks: ["ant/fake-claude"] },
      { alias: "ant-first", targets: [{ model: "ant-hasty/fake-claude" }], fallbacks: ["oai/fake-gpt"] },
    ],
  };
}
