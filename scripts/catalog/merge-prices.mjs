// Which of several tables is believed where they differ on a price. Each choice but a full agreement is reported.

/**
 * Prices of a model, newest first. `opinions`: `genai` (dated prices of genai-prices), `modelsDev` (one price), `litellm`
 * (`{ price, hours?, cites }`); each may be missing. LiteLLM's table is the newest and names the provider's page for most
 * rows; genai-prices knows since when a price holds; models.dev is the oldest copy. Therefore:
 *
 * 1. What LiteLLM takes from a page that it names is the price of today. Where genai-prices has the same for today, its
 *    dates are kept; else its older prices.
 * 2. Without a named page two that agree go before one; of three that differ genai-prices.
 * 3. Classes and tiers that the winner does not list are added from those that agree with it on input and output, the
 *    newer first.
 */
export function mergePrices(name, { genai, modelsDev, litellm }, { asOfMs, tiersAreComplete, report }) {
  const current = genai.find(({ fromMs }) => fromMs <= asOfMs) ?? genai[0];
  const [a, b, c] = [current?.price, modelsDev, litellm?.price];
  const winner = winnerOf(a, b, c, litellm?.cites === true);
  if (winner === undefined) return [];
  const base = { genai: a, modelsDev: b, litellm: c }[winner];
  const others = [c, b].filter((each) => each !== undefined && each !== base);
  if ([a, ...others].some((each) => each !== undefined && !agrees(each, base))) {
    report(`${name}: genai-prices ${show(a)}, models.dev ${show(b)}, litellm ${show(c)}; ${winner} wins`);
  }
  const complete = (price) => completed(name, price, others, tiersAreComplete, report);
  if (winner === "genai") return genai.map((each) => completeDated(each, base, complete));
  const hours = winner === "litellm" ? litellm.hours : undefined;
  const today = {
    price: complete(base),
    ...(hours !== undefined && { hours: hours.map((hour) => ({ ...hour, price: complete(hour.price) })) }),
  };
  // Where a table has dates, its older prices stay: only from when the new one holds is not known.
  const older = genai.length > 1 ? genai.filter(({ fromMs }) => fromMs < asOfMs) : [];
  return older.length === 0 ? [{ fromMs: 0, ...today }] : [{ fromMs: asOfMs, ...today }, ...older];
}

function winnerOf(a, b, c, cites) {
  if (c !== undefined && cites) return a !== undefined && agrees(a, c) ? "genai" : "litellm";
  if (a !== undefined) return b !== undefined && c !== undefined && !agrees(a, b) && agrees(b, c) ? "litellm" : "genai";
  if (c !== undefined) return "litellm";
  return b === undefined ? undefined : "modelsDev";
}

function completeDated(each, base, complete) {
  return agrees(each.price, base) ? { ...each, price: complete(each.price) } : each;
}

/** Within a hundredth: some tables round, or come from a currency of their own. */
function agrees(a, b) {
  return isNear(a.input, b.input) && isNear(a.output, b.output);
}

function isNear(a, b) {
  return Math.abs(a - b) <= 0.01 * Math.max(a, b);
}

/** A price with the classes and tiers that those list which agree with it. */
function completed(name, price, others, tiersAreComplete, report) {
  let whole = price;
  const agreeing = others.filter((each) => agrees(each, price));
  for (const other of agreeing) {
    for (const key of ["cacheRead", "cacheWrite"]) {
      const [theirs, ours] = [other[key], whole[key]];
      if (theirs === undefined || ours === undefined || isNear(theirs, ours)) continue;
      report(`${name}: ${key} ${ours / 1e6} against ${theirs / 1e6}; the former is kept`);
    }
    const serviceTiers = { ...other.serviceTiers, ...whole.serviceTiers };
    const { perSearch, ...rates } = other;
    whole = {
      ...rates,
      // Where each request has a fee, that is the same fee.
      ...(perSearch !== undefined && whole.perRequest === undefined && { perSearch }),
      ...whole,
      ...(Object.keys(serviceTiers).length > 0 && { serviceTiers }),
    };
  }
  const contextTiers = price.contextTiers ?? (tiersAreComplete ? undefined : agreeing[0]?.contextTiers);
  const { contextTiers: found, ...rest } = whole;
  if (found !== undefined && contextTiers === undefined) report(`${name}: context tiers of an older table are dropped`);
  return { ...rest, ...(contextTiers !== undefined && { contextTiers }) };
}

function show(price) {
  return price === undefined ? "none" : `${price.input / 1e6}/${price.output / 1e6}`;
}
