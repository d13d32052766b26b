// Merges models, limits and prices of three public tables (all MIT, see NOTICE) into src/catalog/data/models.txt, a model a
// line:
//   node scripts/update-catalog.mjs path/to/models-dev.json path/to/litellm.json [YYYY-MM-DD]
// The first is models.dev's api.json, the second model_prices_and_context_window.json of LiteLLM (PyPI's `litellm` ships it
// as model_prices_and_context_window_backup.json), the third table npm @pydantic/genai-prices; the day is the one that the
// tables are compared for. What is believed where they differ is written in scripts/catalog/merge-prices.mjs and
// merge-facts.mjs; every disagreement is printed. See docs/internals/prices.md.
import { readFileSync, writeFileSync } from "node:fs";
import { crc32 } from "./catalog/crc32.mjs";
import { datedPricesOf, findModel, loadGenaiPrices, namesOf } from "./catalog/genai-prices.mjs";
import { readLitellm } from "./catalog/litellm.mjs";
import { makersName, mergeFacts } from "./catalog/merge-facts.mjs";
import { mergePrices } from "./catalog/merge-prices.mjs";
import { modeOf, readModelsDev } from "./catalog/models-dev.mjs";
import { applyRules } from "./catalog/price-rules.mjs";
import { catalogProviders } from "./catalog/providers.mjs";

const [modelsDevFile, litellmFile, day] = process.argv.slice(2);
if (modelsDevFile === undefined || litellmFile === undefined) {
  process.stderr.write("Cannot update the catalog: pass the paths of models.dev's api.json and of LiteLLM's table\n");
  process.exit(2);
}
const asOfMs = day === undefined ? Date.now() : Date.parse(day);
const modelsDev = JSON.parse(readFileSync(modelsDevFile, "utf8"));
const litellm = JSON.parse(readFileSync(litellmFile, "utf8"));
const genaiPrices = await loadGenaiPrices();
const disagreements = new Set();
const report = (line) => disagreements.add(line);
/** What was merged so far, by provider and id: makers come first. */
const merged = new Map();
const lines = catalogProviders.flatMap(linesOf);
writeFileSync(new URL("../src/catalog/data/models.txt", import.meta.url), `${lines.join("\n")}\n`);
for (const line of [...disagreements].sort()) process.stdout.write(`${line}\n`);
process.stdout.write(`${lines.length} models, ${disagreements.size} disagreements\n`);

function linesOf(definition) {
  const { id: provider, modelsDev: names, genaiPrices: list, only = /./, except = /^$/, ...options } = definition;
  const tables = {
    modelsDev: readModelsDev(modelsDev, names),
    genai: genaiPrices.get(list) ?? [],
    litellm: options.litellm === undefined ? new Map() : readLitellm(litellm, options.litellm),
  };
  const named = tables.genai.flatMap(namesOf).filter((id) => only.test(id) && !except.test(id));
  // Names that only LiteLLM has are of use where they have a price or make text.
  const added = [...tables.litellm].filter(([, { facts, price }]) => price !== undefined || facts.mode === "chat");
  const ids = new Set([...tables.modelsDev.keys(), ...named, ...added.map(([id]) => id)]);
  return [...ids].sort((a, b) => (a < b ? -1 : 1)).map((id) => lineOf(provider, id, tables, options));
}

function lineOf(provider, id, tables, options) {
  const name = `${provider}/${id}`;
  const baseId = id.replace(/[-@](\d{4}-\d{2}-\d{2}|\d{8})$/, "");
  const model = findModel(tables.genai, id);
  const [own, base] = [tables.modelsDev.get(id), tables.modelsDev.get(baseId)];
  const theirs = tables.litellm.get(id);
  const window = model?.context_window;
  const facts = mergeFacts(
    name,
    [
      own?.facts ?? base?.facts,
      theirs?.facts ?? tables.litellm.get(baseId)?.facts,
      { ...(window !== undefined && { contextTokens: window }), mode: options.mode ?? modeOf(id) },
      makersFacts(provider, id),
    ],
    report,
  );
  merged.set(name, facts);
  const free = id.endsWith(":free") ? { input: 0, output: 0 } : undefined;
  const opinions = {
    genai: model ? datedPricesOf(model, facts.mode).filter(isPriced(id)) : [],
    modelsDev: [own?.price ?? (model && base?.price) ?? free].filter(isPricedAs(id))[0],
    litellm: isPricedAs(id)(theirs?.price) ? theirs : undefined,
  };
  const finish = (price) => withVersion(applyRules(provider, id, baseId, facts.mode, price));
  const prices = mergePrices(name, opinions, { ...options, asOfMs, report }).map(({ fromMs, price, hours }) => ({
    fromMs,
    price: finish(price),
    ...(hours && { hours: hours.map((each) => ({ ...each, price: finish(each.price) })) }),
  }));
  return `${provider}\t${id}\t${JSON.stringify({ ...(prices.length > 0 && { prices }), ...facts })}`;
}

/** Limits of the same model at its maker. */
function makersFacts(provider, id) {
  const [maker, name] = makersName(provider, id) ?? [];
  const facts = merged.get(`${maker}/${name}`);
  if (facts === undefined) return undefined;
  const { contextTokens, maxOutputTokens } = facts;
  return { contextTokens, maxOutputTokens };
}

/** Nothing is free but what says so: a zero elsewhere means that the source knows no price, or a subscription. */
function isPricedAs(id) {
  return (price) => price !== undefined && (price.input > 0 || price.output > 0 || id.endsWith(":free"));
}

function isPriced(id) {
  return ({ price }) => isPricedAs(id)(price);
}

function withVersion(price) {
  const sorted = sortKeys(price);
  return { version: `catalog:${crc32(JSON.stringify(sorted)).toString(16).padStart(8, "0")}`, ...sorted };
}

/** Equal prices are to have equal versions, wherever their parts came from. */
function sortKeys(value) {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
}
