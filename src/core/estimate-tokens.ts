/** Rough length of a token in bytes of text. */
const bytesPerToken = 4;

/** The tokens that a text of so many bytes of UTF-8 roughly stands for. */
export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}
