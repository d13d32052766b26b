// Embeddings through Cohere's own SDK: of two texts, and of a model that nobody has.
const { CohereClientV2 } = require("cohere-ai");

const { TARGET_KEY: token, TARGET_MODEL: model, TARGET_URL: environment } = process.env;
const client = new CohereClientV2({ token, environment, maxRetries: 0 });
const ask = (more) =>
  client.embed({ model, texts: ["one", "two"], inputType: "search_document", embeddingTypes: ["float"], ...more });

async function run() {
  const { embeddings, texts, meta } = await ask({});
  const asked = { vectors: embeddings.float, texts, tokens: meta.billedUnits.inputTokens };
  const refusal = await ask({ model: "nobody" }).catch(({ statusCode, body }) => ({ statusCode, body }));
  process.stdout.write(JSON.stringify({ asked, refusal }));
}
run();
