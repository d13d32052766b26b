/** Rough length of a token in bytes of text. */
const charsPerToken = 4;

/** The tokens that a text of so many characters (or bytes) roughly stands for. */
export function estimateTokens(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}
