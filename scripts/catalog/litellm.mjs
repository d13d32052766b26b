// Reads model_prices_and_context_window.json of LiteLLM (https://github.com/BerriAI/litellm, MIT), as PyPI's `litellm` ships it.

const rateFields = {
  input_cost_per_token: "input",
  output_cost_per_token: "output",
  cache_read_input_token_cost: "cacheRead",
  cache_creation_input_token_cost: "cacheWrite",
  cache_creation_input_token_cost_above_1hr: "cacheWrite1h",
  output_cost_per_reasoning_token: "reasoning",
  input_cost_per_audio_token: "inputAudio",
  output_cost_per_audio_token: "outputAudio",
  input_cost_per_image_token: "inputImage",
  output_cost_per_image_token: "outputImage",
};

const tierSuffixes = { batch: "_batches", flex: "_flex", priority: "_priority" };

const modes = {
  chat: "chat",
  completion: "chat",
  responses: "chat",
  embedding: "embedding",
  rerank: "rerank",
  image_generation: "image",
  audio_transcription: "transcription",
  audio_speech: "speech",
  video_generation: "video",
};

/** Everything its table says of one provider: `id → { facts, price?, hours?, cites }`. `keys`: see `providers.mjs`. */
export function readLitellm(table, { providers = [], prefixes = [""], only = /./ } = {}) {
  const found = new Map();
  const owned = new Set(providers);
  for (const prefix of prefixes) {
    for (const [key, listed] of Object.entries(table)) {
      if (!key.startsWith(prefix)) continue;
      const entry = listed.alias_of === undefined ? listed : { ...table[listed.alias_of], ...listed };
      const id = key.slice(prefix.length);
      const mode = modes[entry.mode];
      if (mode === undefined || !owned.has(entry.litellm_provider) || !only.test(id) || found.has(id)) continue;
      found.set(id, { facts: factsOf(entry, mode), ...pricesOf(entry, mode), cites: entry.source !== undefined });
    }
  }
  return found;
}

function factsOf(entry, mode) {
  const capabilities = [
    entry.supports_function_calling && "tools",
    entry.supports_reasoning && "reasoning",
    entry.supports_response_schema && "structured-output",
    mode === "chat" && entry.supports_sampling_params !== false && "temperature",
    entry.supports_vision && "image-input",
    entry.supports_pdf_input && "pdf-input",
    entry.supports_audio_input && "audio-input",
    entry.supports_video_input && "video-input",
    (entry.supported_output_modalities ?? []).includes("image") && "image-output",
    entry.supports_audio_output && "audio-output",
  ].filter(Boolean);
  return {
    ...(entry.max_input_tokens > 0 && { contextTokens: entry.max_input_tokens }),
    ...(entry.max_output_tokens > 0 && { maxOutputTokens: entry.max_output_tokens }),
    mode,
    capabilities,
  };
}

function pricesOf(entry, mode) {
  const price = priceOf(entry, mode);
  if (price === undefined) return {};
  const offPeak = entry.off_peak_pricing;
  if (offPeak === undefined) return { price };
  // Weekends are cheaper all day, which a price by the hour cannot say: there the price is an upper bound.
  const windows = [offPeak.windows?.[0]?.hours_utc ?? []].flat();
  const cheaper = { ...price, ...ratesOf(offPeak, "") };
  return { price, hours: windows.map((window) => ({ ...minutesOf(window), price: cheaper })) };
}

function minutesOf(window) {
  const [from, to] = window.split("-").map((time) => {
    const [hours, minutes] = time.split(":").map(Number);
    return 60 * hours + minutes;
  });
  return { fromMinute: from, toMinute: to === 0 ? 1440 : to };
}

function priceOf(entry, mode) {
  const steps = entry.tiered_pricing ?? [];
  const rates = { ...ratesOf(entry, ""), ...(steps.length > 0 && ratesOf(steps[0], "")) };
  if (rates.output === undefined && (mode === "embedding" || mode === "rerank")) rates.output = 0;
  if (rates.input === undefined || rates.output === undefined) return undefined;
  const contextTiers = [...contextTiersOf(entry, ""), ...steps.slice(1).map(stepOf)];
  const serviceTiers = {};
  for (const [tier, suffix] of Object.entries(tierSuffixes)) {
    const own = ratesOf(entry, suffix);
    if (own.input === undefined || own.output === undefined) continue;
    const tiers = contextTiersOf(entry, suffix);
    serviceTiers[tier] = { ...own, ...(tiers.length > 0 && { contextTiers: tiers }) };
  }
  const fast = entry.provider_specific_entry?.fast;
  if (fast > 1) serviceTiers.fast = scaled(rates, fast);
  const us = entry.provider_specific_entry?.us;
  if (us > 1) {
    const tiers = contextTiers.map((tier) => ({ ...tier, rates: scaled(tier.rates, us) }));
    serviceTiers.us = { ...scaled(rates, us), ...(tiers.length > 0 && { contextTiers: tiers }) };
  }
  const perSearch = entry.search_context_cost_per_query?.search_context_size_medium;
  return {
    ...rates,
    ...(perSearch > 0 && { perSearch: Math.round(perSearch * 1e9) }),
    ...(contextTiers.length > 0 && { contextTiers }),
    ...(Object.keys(serviceTiers).length > 0 && { serviceTiers }),
  };
}

function stepOf(step) {
  return { aboveTokens: step.range[0], rates: ratesOf(step, "") };
}

function contextTiersOf(entry, suffix) {
  const tiers = new Map();
  for (const [field, rate] of Object.entries(rateFields)) {
    for (const [name, dollars] of Object.entries(entry)) {
      const match = /^(.+)_above_(\d+)k_tokens(.*)$/.exec(name);
      if (match === null || match[1] !== field || match[3] !== suffix || !(dollars > 0)) continue;
      const aboveTokens = Number(match[2]) * 1000;
      tiers.set(aboveTokens, { ...tiers.get(aboveTokens), [rate]: microDollars(dollars) });
    }
  }
  return [...tiers].sort(([a], [b]) => a - b).map(([aboveTokens, rates]) => ({ aboveTokens, rates }));
}

function ratesOf(entry, suffix) {
  const rates = {};
  for (const [field, rate] of Object.entries(rateFields)) {
    const dollars = entry[field + suffix];
    const isListed = typeof dollars === "number" && (dollars > 0 || rate === "input" || rate === "output");
    if (isListed) rates[rate] = microDollars(dollars);
  }
  // Reasoning that costs as other output does needs no rate, which tiers would have to repeat.
  if (rates.reasoning === rates.output) delete rates.reasoning;
  return rates;
}

function scaled(rates, factor) {
  return Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, Math.ceil(rate * factor - 1e-6)]));
}

/** Dollars per token become micro-dollars per million tokens. */
function microDollars(dollars) {
  return Math.round(dollars * 1e12);
}
