import type { Price } from "#core/money";
import { formatDecimal } from "#lib/decimal";
import type { JsonObject } from "#lib/json";

/**
 * US dollars per token, as text: the form in which OpenRouter lists prices and which clients read elsewhere too
 * (https://openrouter.ai/docs/api-reference/list-available-models).
 */
export function encodePricing(price: Price | undefined): JsonObject | undefined {
  if (price === undefined) return undefined;
  const { cacheRead, cacheWrite, input, output, perRequest } = price;
  return {
    prompt: perToken(input),
    completion: perToken(output),
    ...(cacheRead !== undefined && { input_cache_read: perToken(cacheRead) }),
    ...(cacheWrite !== undefined && { input_cache_write: perToken(cacheWrite) }),
    ...(perRequest !== undefined && { request: formatDecimal(perRequest, 9) }),
  };
}

/** Prices are micro-dollars per million tokens. */
function perToken(microDollars: number): string {
  return formatDecimal(microDollars, 12);
}
