import type { NanoDollars } from "./money";

/** So many tokens at so many micro-dollars per million tokens: their product is pico-dollars. */
export type TokenCost = readonly [tokens: number, rate: number];

/** Whether a plain sum has lost no digit. No term is negative: where it is below 2⁵³ every step on the way to it was exact. */
export function isExact(picoDollars: number): boolean {
  return picoDollars <= Number.MAX_SAFE_INTEGER;
}

/**
 * Pico-dollars, a plain sum of `costs`, in nano-dollars: rounded once, up, plus what does not count in tokens. Where the
 * sum is not exact, it is built again from `costs`, which are asked for only then. More than 2⁵³ − 1 nano-dollars (about nine million
 * dollars), and counts that are not finite, are given as that.
 */
export function roundCost(picoDollars: number, costs: readonly TokenCost[], other: NanoDollars): NanoDollars {
  if (isExact(picoDollars)) {
    const part = picoDollars % 1000;
    return (picoDollars - part) / 1000 + (part > 0 ? 1 : 0) + other;
  }
  return Number.isFinite(picoDollars) ? addLarge(costs, other) : Number.MAX_SAFE_INTEGER;
}

function addLarge(costs: readonly TokenCost[], other: NanoDollars): NanoDollars {
  const whole = (amount: number) => BigInt(Math.ceil(amount));
  const picoDollars = costs.reduce((sum, [tokens, rate]) => sum + whole(tokens) * whole(rate), 0n);
  const nanoDollars = (picoDollars + 999n) / 1000n + whole(other);
  return Number(nanoDollars > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : nanoDollars);
}
