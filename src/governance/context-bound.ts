import type { Price } from "#core/money";
import type { ModelFacts } from "#core/snapshot";

/**
 * The most that a model can read, in tokens. Where its price has a tier for longer inputs than the context that is listed, that
 * is not the most: a header makes it longer (https://platform.claude.com/docs/en/build-with-claude/context-windows).
 */
export function contextBound(
  facts: Pick<ModelFacts, "contextTokens"> | undefined,
  price: Price | undefined,
  unknownContext: number,
): number {
  const listed = facts?.contextTokens;
  if (listed === undefined) return unknownContext;
  const tiers = price?.contextTiers;
  if (tiers === undefined) return listed;
  return tiers.some(({ aboveTokens }) => aboveTokens >= listed) ? Math.max(listed, unknownContext) : listed;
}
