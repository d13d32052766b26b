// Carries the facts that Headgate needs over from a copy of models.dev's api.json (MIT, see NOTICE) into
// src/catalog/data/models.json:  node scripts/update-catalog.mjs path/to/models-dev.json
import { readFileSync, writeFileSync } from "node:fs";

// Makers of models before those who only serve them: a bare model name belongs to the first that lists it.
const providerIds = {
  openai: "openai",
  anthropic: "anthropic",
  mistral: "mistral",
  deepseek: "deepseek",
  xai: "xai",
  perplexity: "perplexity",
  groq: "groq",
  cerebras: "cerebras",
  together: "togetherai",
  fireworks: "fireworks-ai",
  openrouter: "openrouter",
};
const priceFields = {
  input: "input",
  output: "output",
  cache_read: "cacheRead",
  cache_write: "cacheWrite",
  reasoning: "reasoning",
  input_audio: "inputAudio",
  output_audio: "outputAudio",
};

const [source] = process.argv.slice(2);
if (source === undefined) {
  process.stderr.write("Cannot update the catalog: no file named, pass the path of models.dev's api.json\n");
  process.exit(2);
}
const all = JSON.parse(readFileSync(source, "utf8"));
const catalog = {};
for (const [id, sourceId] of Object.entries(providerIds)) {
  const models = all[sourceId]?.models ?? {};
  catalog[id] = Object.entries(models)
    .map(([modelId, model]) => facts(id, modelId, model))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
writeFileSync(new URL("../src/catalog/data/models.json", import.meta.url), `${JSON.stringify(catalog, null, 1)}\n`);

function facts(provider, id, model) {
  const price = {};
  // Dollars per million tokens become micro-dollars per million tokens.
  for (const [from, to] of Object.entries(priceFields)) {
    const dollars = model.cost?.[from];
    // A zero beside a paid input stands for "not listed" there; no provider reads its cache for nothing.
    if (typeof dollars === "number" && (dollars > 0 || model.cost.input === 0)) price[to] = Math.round(dollars * 1e6);
  }
  // Anthropic's price list: a write kept for one hour costs twice the input price.
  if (provider === "anthropic" && price.cacheWrite !== undefined) price.cacheWrite1h = 2 * price.input;
  const known = typeof price.input === "number" && typeof price.output === "number";
  return {
    id,
    ...(known ? { price } : {}),
    ...(model.limit?.context > 0 ? { contextTokens: model.limit.context } : {}),
    ...(model.limit?.output > 0 ? { maxOutputTokens: model.limit.output } : {}),
  };
}
