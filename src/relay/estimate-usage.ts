import type { Operation } from "#core/call";
import { noUsage, type Usage } from "#core/usage";

/** Rough length of a token in characters of text. */
const charsPerToken = 4;

/** The usage of a request whose provider said nothing of it: at most what its bytes could stand for. */
export function estimateUsage(operation: Operation, requestBytes: number, answerChars: number): Usage | undefined {
  if (operation === "count-tokens") return undefined;
  const output = operation === "embeddings" ? 0 : estimateTokens(answerChars);
  return { ...noUsage, input: estimateTokens(requestBytes), output, estimated: true };
}

export function estimateTokens(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}
