// Reads the price list of npm @pydantic/genai-prices (https://github.com/pydantic/genai-prices, MIT).
import { waitForUpdate } from "@pydantic/genai-prices";

const rateNames = {
  input_mtok: "input",
  output_mtok: "output",
  cache_read_mtok: "cacheRead",
  cache_write_mtok: "cacheWrite",
  cache_write_1h_mtok: "cacheWrite1h",
  output_reasoning_mtok: "reasoning",
  input_audio_mtok: "inputAudio",
  output_audio_mtok: "outputAudio",
  input_image_mtok: "inputImage",
  output_image_mtok: "outputImage",
};

export async function loadGenaiPrices() {
  const providers = await waitForUpdate();
  return new Map(providers.map((provider) => [provider.id, provider.models]));
}

/** The model whose rules cover an id: as in its own calculator, the first. */
export function findModel(models, id) {
  return models.find((model) => matches(model.match, id));
}

/** The names that a model goes by at its provider, without other spellings of the same. */
export function namesOf(model) {
  const names = [...new Set([...(matches(model.match, model.id) ? [model.id] : []), ...equalsOf(model.match)])];
  const isSpelling = (name) =>
    names.some((other) => other !== name && (other.replaceAll(".", "-") === name || name.endsWith(`/${other}`)));
  return names.filter(
    (name) => /^[A-Za-z0-9].*[A-Za-z0-9]$/.test(name) && !name.startsWith("ft:") && !isSpelling(name),
  );
}

function matches(rule, id) {
  const text = id.toLowerCase();
  if ("or" in rule) return rule.or.some((each) => matches(each, id));
  if ("and" in rule) return rule.and.every((each) => matches(each, id));
  if ("equals" in rule) return text === rule.equals.toLowerCase();
  if ("starts_with" in rule) return text.startsWith(rule.starts_with.toLowerCase());
  if ("ends_with" in rule) return text.endsWith(rule.ends_with.toLowerCase());
  if ("contains" in rule) return text.includes(rule.contains.toLowerCase());
  return new RegExp(rule.regex).test(id);
}

function equalsOf(rule) {
  if ("or" in rule) return rule.or.flatMap(equalsOf);
  return "equals" in rule ? [rule.equals] : [];
}

/**
 * Its prices, newest first: `{ fromMs, price, hours? }`. Prices by the hour of the day belong to the newest date before
 * them. Empty where it has no price for tokens.
 */
export function datedPricesOf(model, mode) {
  const entries = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const dated = [];
  for (const { constraint, prices } of entries) {
    const price = priceOf(prices, mode);
    if (price === undefined) continue;
    if (constraint?.type === "time_of_date") {
      const last = dated.at(-1);
      const hours = { fromMinute: minuteOf(constraint.start_time), toMinute: minuteOf(constraint.end_time), price };
      if (last) last.hours = [...(last.hours ?? []), hours];
    } else {
      dated.push({ fromMs: constraint ? Date.parse(`${constraint.start_date}T00:00:00Z`) : 0, price });
    }
  }
  return dated.sort((a, b) => b.fromMs - a.fromMs);
}

function minuteOf(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return 60 * hours + minutes;
}

function priceOf(prices, mode) {
  const rates = {};
  const tiers = new Map();
  for (const [from, to] of Object.entries(rateNames)) {
    const listed = prices[from];
    if (listed === undefined) continue;
    rates[to] = microDollars(typeof listed === "number" ? listed : listed.base);
    for (const { start, price } of typeof listed === "number" ? [] : listed.tiers) {
      tiers.set(start, { ...tiers.get(start), [to]: microDollars(price) });
    }
  }
  // Embeddings and rankings have no output to pay for.
  if (rates.output === undefined && (mode === "embedding" || mode === "rerank")) rates.output = 0;
  if (rates.input === undefined || rates.output === undefined) return undefined;
  const contextTiers = [...tiers]
    .sort(([a], [b]) => a - b)
    .map(([aboveTokens, each]) => ({ aboveTokens, rates: each }));
  return {
    ...rates,
    ...(prices.requests_kcount > 0 && { perRequest: Math.round(prices.requests_kcount * 1e6) }),
    ...(prices.web_searches_kcount > 0 && { perSearch: Math.round(prices.web_searches_kcount * 1e6) }),
    ...(contextTiers.length > 0 && { contextTiers }),
  };
}

function microDollars(dollars) {
  return Math.round(dollars * 1e6);
}
