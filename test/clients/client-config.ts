/** The dialects that clients and providers speak here; each provider stands for its own. */
export const dialects = [
  "openai-chat",
  "anthropic-messages",
  "openai-responses",
  "gemini",
  "bedrock-converse",
] as const;
export type Dialect = (typeof dialects)[number];

type Served = {
  readonly provider: string;
  readonly model: string;
  readonly path: string;
  /** What it answers to a model that it does not know. */
  readonly unknownModel: number;
};

/** The provider of each dialect, its usual model, and where the fake provider speaks it. */
const served: { readonly [dialect in Dialect]: Served } = {
  "openai-chat": { provider: "oai", model: "fake-gpt", path: "/v1", unknownModel: 404 },
  "anthropic-messages": { provider: "ant", model: "fake-claude", path: "/v1", unknownModel: 404 },
  "openai-responses": { provider: "res", model: "fake-gpt", path: "/v1", unknownModel: 400 },
  gemini: { provider: "gem", model: "fake-gemini", path: "/v1beta", unknownModel: 404 },
  "bedrock-converse": { provider: "aws", model: "fake-nova", path: "", unknownModel: 400 },
};

/** The model that a provider of this dialect is asked for, as the gateway lists it and as the provider knows it. */
export function modelAt(dialect: Dialect): { readonly listed: string; readonly own: string } {
  const { provider, model } = served[dialect];
  return { listed: `${provider}/${model}`, own: model };
}

/** The dialect of the provider that a listed model is at. */
export function dialectOf(listed: string): Dialect {
  return dialects.find((each) => listed.startsWith(`${served[each].provider}/`)) ?? "openai-chat";
}

/** The status that the provider of a listed model answers to one that it does not know. */
export function unknownModelStatus(listed: string): number {
  return served[dialectOf(listed)].unknownModel;
}

/**
 * The models that clients of a dialect ask for: one of each provider dialect, their own first. `npm test` asks for theirs
 * and for one of the others, drawn anew each time; `npm run test:full` for all.
 */
export function modelsFor(dialect: Dialect): readonly string[] {
  const others = dialects.filter((each) => each !== dialect);
  const drawn = others.filter((_, at) => isFull || at === seed % others.length);
  return [dialect, ...drawn].map((each) => modelAt(each).listed);
}

const isFull = process.env.HEADGATE_TEST_FULL === "1";
const seed = Number(process.env.HEADGATE_TEST_SEED ?? Math.floor(Math.random() * 1e6));

const listed = (id: string) => ({ id, price: { input: 1, output: 2 }, context: 200_000, max_output: 64_000 });

/** Bedrock's models of vectors, whose names say in whose form they are asked. */
const invoked = ["amazon.titan-embed-text-v2:0", "cohere.embed-v4:0"];

/** A model of vectors at each kind of provider that has them: the last takes one text at a time. */
export const vectorModels: readonly string[] = [
  ...["oai", "gem", "coh"].map((provider) => `${provider}/fake-embed`),
  "inv/cohere.embed-v4:0",
  "inv/amazon.titan-embed-text-v2:0",
];

/**
 * A provider of each dialect on one fake. `oai-first` and `ant-first` ask one of them and then the other; they wait half a
 * second for the first token.
 */
export function clientConfig(providerUrl: string): { readonly [key: string]: unknown } {
  const provider = (dialect: Dialect, timeouts: object = {}) => ({
    dialect,
    base_url: providerUrl + served[dialect].path,
    keys: [{ name: "main", value: "sk-fake-one" }],
    retries: { max: 0 },
    timeouts,
    models: [...new Set([served[dialect].model, "fake-gpt", "fake-claude", "fake-embed"])].map(listed),
  });
  const hasty = { first_token_ms: 500 };
  return {
    providers: {
      ...Object.fromEntries(dialects.map((dialect) => [served[dialect].provider, provider(dialect)])),
      // Claude at Bedrock, in its maker's words, and what makes vectors there.
      inv: {
        ...provider("bedrock-converse"),
        dialect: "bedrock-invoke",
        models: ["fake-claude", ...invoked].map(listed),
      },
      coh: { ...provider("openai-chat"), dialect: "cohere", base_url: providerUrl, models: [listed("fake-embed")] },
      "oai-hasty": provider("openai-chat", hasty),
      "ant-hasty": provider("anthropic-messages", hasty),
    },
    routes: [
      { alias: "oai-first", targets: [{ model: "oai-hasty/fake-gpt" }], fallbacks: ["ant/fake-claude"] },
      { alias: "vectors", targets: [{ model: "inv/amazon.titan-embed-text-v2:0" }] },
      { alias: "ant-first", targets: [{ model: "ant-hasty/fake-claude" }], fallbacks: ["oai/fake-gpt"] },
    ],
  };
}
