import { estimateTokens } from "#core/estimate-tokens";
import { inputTotal, noUsage, outputTotal, type Usage } from "#core/usage";
import type { Operation } from "#dialects/operation";
import type { AnswerFacts } from "./answer-facts";

type Charged = Pick<Operation, "charge">;

/** The usage of a request whose provider reported none: its input as estimated, and as many tokens of output as its answer's text roughly makes. */
export function estimateUsage({ charge }: Charged, inputTokens: number, answerChars: number): Usage | undefined {
  if (charge === "nothing") return undefined;
  const output = charge === "input" ? 0 : estimateTokens(answerChars);
  return { ...noUsage, input: inputTokens, output, estimated: true };
}

type UsageFacts = Pick<AnswerFacts, "error" | "finishReason" | "outputChars" | "usage">;

/** The usage of a complete answer: as the provider reported it, else an estimate. */
export function usageOfWhole(operation: Charged, inputTokens: number, facts: UsageFacts): Usage | undefined {
  return facts.usage ?? estimateUsage(operation, inputTokens, facts.outputChars);
}

/**
 * The usage of an answer that broke off or was left: as reported where that came with the finish or with the provider's error; else the input
 * that was reported at the start, and the output that was reported or relayed, whichever is more.
 */
export function usageOfPart(operation: Charged, inputTokens: number, facts: UsageFacts): Usage | undefined {
  const { error, finishReason, outputChars, usage } = facts;
  const estimate = estimateUsage(operation, inputTokens, outputChars);
  if (usage === undefined || estimate === undefined) return estimate;
  const isFinal = error?.usage !== undefined && outputTotal(usage) > 0;
  if (finishReason !== undefined || isFinal) return usage;
  const untold = Math.max(0, estimate.output - outputTotal(usage));
  const input = inputTotal(usage) === 0 ? estimate.input : usage.input;
  return { ...usage, input, output: usage.output + untold, estimated: true };
}
