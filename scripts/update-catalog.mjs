// Carries models, limits and prices over from a copy of models.dev's api.json and from npm @pydantic/genai-prices (both
// MIT, see NOTICE) into src/catalog/data/models.txt, a model a line:
//   node scripts/update-catalog.mjs path/to/models-dev.json
// Facts are models.dev's. Prices are those of genai-prices where it covers the model, for it is newer and dated. What
// models.dev alone lists (cache, audio and service tier prices) is added where both agree on input and output. Every
// disagreement is printed. See docs/internals/prices.md.
import { readFileSync, writeFileSync } from "node:fs";
import { crc32 } from "./catalog/crc32.mjs";
import { datedPricesOf, findModel, loadGenaiPrices, namesOf } from "./catalog/genai-prices.mjs";
import { modeOf, readModelsDev } from "./catalog/models-dev.mjs";
import { applyRules } from "./catalog/price-rules.mjs";
import { catalogProviders } from "./catalog/providers.mjs";

const [source] = process.argv.slice(2);
if (source === undefined) {
  process.stderr.write("Cannot update the catalog: no file named, pass the path of models.dev's api.json\n");
  process.exit(2);
}
/**
 * Names that move to newer models, which genai-prices still has at the price of an older one. To be looked at again
 * whenever the catalog is updated: the report names them.
 */
const modelsDevKnowsBetter = new Set([
  "deepseek/deepseek-chat",
  "deepseek/deepseek-reasoner",
  "mistral/mistral-large-latest",
  "mistral/mistral-small-latest",
  "openrouter/~anthropic/claude-sonnet-latest",
]);

const modelsDev = JSON.parse(readFileSync(source, "utf8"));
const genaiPrices = await loadGenaiPrices();
const disagreements = [];
const lines = catalogProviders.flatMap(linesOf);
writeFileSync(new URL("../src/catalog/data/models.txt", import.meta.url), `${lines.join("\n")}\n`);
for (const line of disagreements.sort()) process.stdout.write(`${line}\n`);
process.stdout.write(`${lines.length} models, ${disagreements.length} disagreements\n`);

function linesOf({ id: provider, modelsDev: names, genaiPrices: list, only = /./, except = /^$/, ...options }) {
  const known = readModelsDev(modelsDev, names);
  const priced = genaiPrices.get(list) ?? [];
  const ids = new Set([...known.keys(), ...priced.flatMap(namesOf).filter((id) => only.test(id) && !except.test(id))]);
  return [...ids].sort((a, b) => (a < b ? -1 : 1)).map((id) => lineOf(provider, id, known, priced, options));
}

function lineOf(provider, id, known, priced, options) {
  const baseId = id.replace(/[-@](\d{4}-\d{2}-\d{2}|\d{8})$/, "");
  const own = known.get(id);
  const model = findModel(priced, id);
  const contextTokens = model?.context_window;
  const facts = own?.facts ??
    known.get(baseId)?.facts ?? {
      ...(contextTokens && { contextTokens }),
      mode: options.mode ?? modeOf(id),
    };
  const dated = model ? datedPricesOf(model, facts.mode) : [];
  const free = id.endsWith(":free") ? { input: 0, output: 0 } : undefined;
  const listed = own?.price ?? (model && known.get(baseId)?.price) ?? free;
  const merged = merge(`${provider}/${id}`, listed, dated, options);
  const finish = (price) => withVersion(applyRules(provider, id, baseId, facts.mode, price));
  const prices = merged
    .filter(({ price }) => isPriced(id, price))
    .map(({ fromMs, price, hours }) => ({
      fromMs,
      price: finish(price),
      ...(hours && { hours: hours.map((each) => ({ ...each, price: finish(each.price) })) }),
    }));
  return `${provider}\t${id}\t${JSON.stringify({ ...(prices.length > 0 && { prices }), ...facts })}`;
}

/** Nothing is free but what says so: a zero elsewhere means that the source knows no price, or a subscription. */
function isPriced(id, price) {
  return price.input > 0 || price.output > 0 || id.endsWith(":free");
}

function merge(name, listed, dated, options) {
  if (dated.length === 0) return listed ? [{ fromMs: 0, price: listed }] : [];
  if (listed === undefined) return dated;
  const isAgreed = ({ price }) => price.input === listed.input && price.output === listed.output;
  if (dated.some(isAgreed)) {
    return dated.map((each) => (isAgreed(each) ? complete(name, each, listed, options) : each));
  }
  const winner = modelsDevKnowsBetter.has(name) ? "models.dev" : "genai-prices";
  disagreements.push(`${name}: models.dev ${show(listed)}, genai-prices ${show(dated[0].price)}; ${winner} wins`);
  return winner === "models.dev" ? [{ fromMs: 0, price: listed }] : dated;
}

/** A price of genai-prices with the classes and tiers that models.dev alone lists. */
function complete(name, each, listed, options) {
  const { contextTiers, ...rest } = listed;
  for (const key of ["cacheRead", "cacheWrite"]) {
    const [theirs, ours] = [listed[key], each.price[key]];
    if (theirs !== undefined && ours !== undefined && theirs !== ours) {
      disagreements.push(`${name}: models.dev ${key} ${theirs / 1e6}, genai-prices ${ours / 1e6}; genai-prices wins`);
    }
  }
  const tiers = each.price.contextTiers ?? (options.tiersAreComplete ? undefined : contextTiers);
  if (contextTiers && each.price.contextTiers === undefined) {
    disagreements.push(`${name}: context tiers in models.dev only; ${tiers ? "kept" : "dropped"}`);
  }
  return { ...each, price: { ...rest, ...each.price, ...(tiers && { contextTiers: tiers }) } };
}

function show({ input, output }) {
  return `${input / 1e6}/${output / 1e6}`;
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
