// Reads a copy of models.dev's api.json (https://models.dev, MIT).

const rateNames = {
  input: "input",
  output: "output",
  cache_read: "cacheRead",
  cached_input: "cacheRead",
  cache_input: "cacheRead",
  cache_write: "cacheWrite",
  cached_write: "cacheWrite",
  reasoning: "reasoning",
  input_audio: "inputAudio",
  output_audio: "outputAudio",
};

/** Everything one provider there says: `id → { facts, price? }`. */
export function readModelsDev(all, names) {
  const found = new Map();
  for (const name of names) {
    for (const [id, model] of Object.entries(all[name]?.models ?? {})) {
      if (!found.has(id)) found.set(id, { facts: factsOf(id, model), price: priceOf(model) });
    }
  }
  return found;
}

function factsOf(id, model) {
  const { input = [], output = [] } = model.modalities ?? {};
  const capabilities = [
    model.tool_call && "tools",
    model.reasoning && "reasoning",
    model.structured_output && "structured-output",
    model.temperature && "temperature",
    ...["image", "pdf", "audio", "video"].map((kind) => input.includes(kind) && `${kind}-input`),
    ...["image", "audio"].map((kind) => output.includes(kind) && `${kind}-output`),
  ].filter(Boolean);
  return {
    ...(model.limit?.context > 0 && { contextTokens: model.limit.context }),
    ...(model.limit?.output > 0 && { maxOutputTokens: model.limit.output }),
    mode: modeOf(`${id} ${model.family ?? ""}`.toLowerCase(), output),
    ...(model.release_date && { releasedOn: model.release_date }),
    capabilities,
  };
}

/** What a model is for, by its name where its modalities do not tell. */
export function modeOf(name, output = ["text"]) {
  if (name.includes("rerank")) return "rerank";
  if (name.includes("embed")) return "embedding";
  if (/whisper|transcri/.test(name)) return "transcription";
  if (output.includes("text")) return /(^|[-/])tts\b/.test(name) ? "speech" : "chat";
  if (output.includes("video")) return "video";
  return output.includes("image") ? "image" : "speech";
}

function priceOf(model) {
  const rates = ratesOf(model.cost ?? {});
  if (rates.input === undefined || rates.output === undefined) return undefined;
  const tiers = (model.cost.tiers ?? [])
    .map((tier) => ({ aboveTokens: tier.tier.size, rates: ratesOf(tier) }))
    .sort((a, b) => a.aboveTokens - b.aboveTokens);
  return {
    ...rates,
    ...(tiers.length > 0 && { contextTiers: tiers }),
    ...serviceTiersOf(model),
  };
}

function serviceTiersOf(model) {
  const tiers = {};
  for (const mode of Object.values(model.experimental?.modes ?? {})) {
    const body = mode.provider?.body ?? {};
    const name = body.speed === "fast" ? "fast" : body.service_tier;
    if (name === "fast" || name === "priority" || name === "flex") tiers[name] = ratesOf(mode.cost ?? {});
  }
  return Object.keys(tiers).length > 0 && { serviceTiers: tiers };
}

/** Dollars per million tokens become micro-dollars per million tokens. */
function ratesOf(cost) {
  const rates = {};
  for (const [from, to] of Object.entries(rateNames)) {
    const dollars = cost[from];
    // A zero beside a paid input stands for "not listed" there; no provider reads its cache for nothing.
    const listed = typeof dollars === "number" && (dollars > 0 || cost.input === 0 || to === "output");
    if (listed) rates[to] = Math.round(dollars * 1e6);
  }
  return rates;
}
