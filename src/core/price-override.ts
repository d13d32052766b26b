import { compileGlob } from "#lib/glob";
import type { DatedPrice } from "./money";
import type { PriceOverride } from "./snapshot";

/**
 * Prices of a model, newest first, with the operator's own before the listed ones: at any time the first that matches and
 * holds already counts. Undefined when no price is known.
 */
export function withPriceOverrides(
  provider: string,
  model: string,
  listed: readonly DatedPrice[] | undefined,
  overrides: readonly PriceOverride[],
): readonly DatedPrice[] | undefined {
  if (overrides.length === 0) return listed;
  const matching = overrides.filter(
    (override) => compileGlob(override.provider ?? "*")(provider) && compileGlob(override.model)(model),
  );
  if (matching.length === 0) return listed;
  const prices: DatedPrice[] = [];
  let coveredFromMs = Number.POSITIVE_INFINITY;
  for (const dated of [...matching.map(({ fromMs, price }) => ({ fromMs, price })), ...(listed ?? [])]) {
    if (dated.fromMs >= coveredFromMs) continue;
    prices.push(dated);
    coveredFromMs = dated.fromMs;
  }
  return prices;
}
