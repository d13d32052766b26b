import { estimateTokens } from "#core/estimate-tokens";
import { inputTotal, noUsage, outputTotal, type Usage } from "#core/usage";
import type { Operation } from "#dialects/operation";
import type { Reservation } from "#governance/reservation";
import type { AnswerFacts } from "./answer-facts";

type Charged = Pick<Operation, "charge">;
/** What is known of an attempt's usage before its provider says anything. */
export type Expected = Pick<Reservation, "estimatedInput" | "mostInput" | "mostOutput">;

/** The usage of a request whose provider reported none: its input as estimated, and as many tokens of output as its answer's text roughly makes. */
export function estimateUsage({ charge }: Charged, expected: Expected, answerBytes: number): Usage | undefined {
  if (charge === "nothing") return undefined;
  const output = charge === "input" ? 0 : Math.min(estimateTokens(answerBytes), expected.mostOutput);
  return { ...noUsage, input: expected.estimatedInput, output, estimated: true };
}

type UsageFacts = Pick<AnswerFacts, "error" | "finishReason" | "outputBytes" | "usage">;

/** The usage of a complete answer: as the provider reported it where that can be true, else an estimate. */
export function usageOfWhole(operation: Charged, expected: Expected, facts: UsageFacts): Usage | undefined {
  return facts.usage === undefined
    ? estimateUsage(operation, expected, facts.outputBytes)
    : judgeUsage(operation, expected, facts.usage, facts.outputBytes);
}

/**
 * The usage of an answer that broke off or was left: as reported where that came with the finish or with the provider's error; else the input
 * that was reported at the start, and the output that was reported or relayed, whichever is more.
 */
export function usageOfPart(operation: Charged, expected: Expected, facts: UsageFacts): Usage | undefined {
  const { error, finishReason, outputBytes, usage } = facts;
  const estimate = estimateUsage(operation, expected, outputBytes);
  if (usage === undefined || estimate === undefined) return estimate;
  const isFinal = error?.usage !== undefined && outputTotal(usage) > 0;
  if (finishReason !== undefined || isFinal) return judgeUsage(operation, expected, usage, outputBytes);
  const untold = Math.max(0, estimate.output - outputTotal(usage));
  const part = { ...usage, output: usage.output + untold, estimated: true };
  return judgeUsage(operation, expected, part, 0);
}

/**
 * Usage as reported, side by side: a side that cannot be true is estimated, and the whole marked. No request has no input;
 * none has more output than its model can write, or none beside a text.
 */
export function judgeUsage({ charge }: Charged, expected: Expected, usage: Usage, answerBytes: number): Usage {
  const input = inputTotal(usage);
  const isInputTrue = input > 0 && input <= expected.mostInput;
  const isOutputTrue = charge !== "input-and-output" || isPossible(outputTotal(usage), expected, answerBytes);
  if (isInputTrue && isOutputTrue) return usage;
  const judged = isInputTrue ? usage : { ...usage, ...noInput, input: expected.estimatedInput };
  const seen = isOutputTrue ? judged : { ...judged, ...noOutput, output: likelyOutput(usage, expected, answerBytes) };
  return { ...seen, estimated: true };
}

function isPossible(output: number, { mostOutput }: Expected, answerBytes: number): boolean {
  return output <= mostOutput && (output > 0 || answerBytes === 0);
}

/** What was reported beside reasoning, where that alone is what cannot be. */
function likelyOutput({ output }: Usage, expected: Expected, answerBytes: number): number {
  if (output > 0 && isPossible(output, expected, answerBytes)) return output;
  return Math.min(estimateTokens(answerBytes), expected.mostOutput);
}

/** Whether it matters how much text an answer has: its reported output is none, or more than can be. */
export function isDoubtful(usage: Usage, { mostOutput }: Expected): boolean {
  const output = outputTotal(usage);
  return output === 0 || output > mostOutput;
}

const noInput = { input: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, inputAudio: 0, inputImage: 0 };
const noOutput = { output: 0, reasoning: 0, outputAudio: 0, outputImage: 0 };
