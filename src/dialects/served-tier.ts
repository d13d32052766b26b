/** The tier that served, in a word of OpenAI's: a place is none. */
export function servedTier(tier: string): string {
  return tier === "us" ? "default" : tier;
}
