import { estimateTokens } from "#core/estimate-tokens";
import { inputTotal, noUsage, outputTotal, type Usage } from "#core/usage";
import type { Operation } from "#dialects/operation";
import type { StreamFacts } from "./stream/frame";

/** The usage of a request whose provider said nothing of it: its input as estimated, and what its answer's text roughly stands for. */
export function estimateUsage(
  { charge }: Pick<Operation, "charge">,
  inputTokens: number,
  answerChars: number,
): Usage | undefined {
  if (charge === "nothing") return undefined;
  const output = charge === "input" ? 0 : estimateTokens(answerChars);
  return { ...noUsage, input: inputTokens, output, estimated: true };
}

/**
 * The usage of an answer that broke off or was left: the provider's own word where it came with the finish; else its
 * input as far as it was told at the start, and the output that was told or relayed, whichever is more.
 */
export function usageOfPart(
  operation: Pick<Operation, "charge">,
  inputTokens: number,
  { finishReason, outputChars, usage }: Pick<StreamFacts, "finishReason" | "outputChars" | "usage">,
): Usage | undefined {
  const estimate = estimateUsage(operation, inputTokens, outputChars);
  if (usage === undefined || estimate === undefined) return estimate;
  if (finishReason !== undefined) return usage;
  const untold = Math.max(0, estimate.output - outputTotal(usage));
  const input = inputTotal(usage) === 0 ? estimate.input : usage.input;
  return { ...usage, input, output: usage.output + untold, estimated: true };
}
