// Prices that providers publish as a rule or a table of their own and that neither source carries.

/**
 * Half of the list price, cached tokens and long contexts included:
 * https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing,
 * https://platform.openai.com/docs/guides/batch, https://platform.openai.com/docs/guides/flex-processing ("priced at
 * Batch API rates"), https://ai.google.dev/gemini-api/docs/batch-api.
 */
const halfPriced = { anthropic: ["batch"], openai: ["batch", "flex"], google: ["batch"] };

/** https://openai.com/api-priority-processing/: dollars per million input, cached input and output tokens. */
const openaiPriority = {
  "gpt-5.4-mini": [1.5, 0.15, 9],
  "gpt-5.4": [5, 0.5, 30],
  "gpt-5.2": [3.5, 0.35, 28],
  "gpt-5.1": [2.5, 0.25, 20],
  "gpt-5.1-codex": [2.5, 0.25, 20],
  "gpt-5": [2.5, 0.25, 20],
  "gpt-5-codex": [2.5, 0.25, 20],
  "gpt-5-mini": [0.45, 0.045, 3.6],
  "gpt-4.1": [3.5, 0.875, 14],
  "gpt-4.1-mini": [0.7, 0.175, 2.8],
  "gpt-4.1-nano": [0.2, 0.05, 0.8],
  "gpt-4o": [4.25, 2.125, 17],
  "gpt-4o-2024-05-13": [8.75, undefined, 26.25],
  "gpt-4o-mini": [0.25, 0.125, 1],
  o3: [3.5, 0.875, 14],
  "o4-mini": [2, 0.5, 8],
};

/**
 * Dollars per million audio tokens in and out: https://platform.openai.com/docs/models/gpt-4o-audio-preview,
 * https://platform.openai.com/docs/models/gpt-4o-mini-audio-preview.
 */
const openaiAudio = { "gpt-4o-audio-preview": [40, 80], "gpt-4o-mini-audio-preview": [10, 20] };

/** A merged price with what the rules add to it. `baseId`: the model's name without its date. */
export function applyRules(provider, id, baseId, mode, price) {
  const hourly = withAudio(provider, baseId, withHourCache(id, price));
  const serviceTiers = { ...hourly.serviceTiers };
  const priority = provider === "openai" ? (openaiPriority[id] ?? openaiPriority[baseId]) : undefined;
  if (priority && !serviceTiers.priority) serviceTiers.priority = ratesOf(priority);
  if (mode === "chat" || mode === "embedding") {
    for (const tier of halfPriced[provider] ?? []) serviceTiers[tier] = halfOf(hourly);
  }
  return { ...hourly, ...(Object.keys(serviceTiers).length > 0 && { serviceTiers }) };
}

/** Claude's cache for one hour costs twice the input price: https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing */
function withHourCache(id, price) {
  if (!id.includes("claude") || price.cacheWrite === undefined) return price;
  const add = (rates) => (rates.input === undefined ? rates : { cacheWrite1h: 2 * rates.input, ...rates });
  const tiers = price.contextTiers?.map((tier) => ({ ...tier, rates: add(tier.rates) }));
  const fast = price.serviceTiers?.fast;
  return {
    ...add(price),
    ...(tiers && { contextTiers: tiers }),
    ...(fast && { serviceTiers: { ...price.serviceTiers, fast: add(fast) } }),
  };
}

function withAudio(provider, baseId, price) {
  const audio = provider === "openai" ? openaiAudio[baseId] : undefined;
  return audio ? { inputAudio: audio[0] * 1e6, outputAudio: audio[1] * 1e6, ...price } : price;
}

const inputRates = ["input", "cacheRead", "cacheWrite", "cacheWrite1h", "inputAudio", "inputImage"];
const rateNames = [...inputRates, "output", "reasoning", "outputAudio", "outputImage"];

function halfOf(price) {
  const half = (rates) =>
    Object.fromEntries(
      rateNames.flatMap((name) => (rates[name] === undefined ? [] : [[name, Math.ceil(rates[name] / 2)]])),
    );
  const tiers = price.contextTiers?.map((tier) => ({ ...tier, rates: half(tier.rates) }));
  return { ...half(price), ...(tiers && { contextTiers: tiers }) };
}

function ratesOf([input, cacheRead, output]) {
  const micro = (dollars) => Math.round(dollars * 1e6);
  return {
    input: micro(input),
    output: micro(output),
    ...(cacheRead !== undefined && { cacheRead: micro(cacheRead) }),
  };
}
