import type { GatewayError } from "#core/errors";
import type { NotHeld } from "../holding";
import type { PeriodFinder } from "../limit-clock";
import { type Need, refusalError } from "../refusal";
import { worstCase } from "../worst-case";
import { askedOutput } from "./output-terms";
import type { TightAttempt } from "./tight-attempt";

/** Words what the ladder ended with. `attempt`: absent where there was nothing to make smaller. */
export function tightRefusal(
  { clock, limit, refusal }: NotHeld,
  attempt: TightAttempt | undefined,
  periodOf: PeriodFinder,
): GatewayError {
  const need = limit?.kind === "budget" && limit.mode === "hard" && attempt !== undefined ? needOf(attempt) : undefined;
  return refusalError(refusal, limit, clock, periodOf, need);
}

function needOf(attempt: TightAttempt): Need {
  const { bound, terms } = attempt;
  const asked = askedOutput(terms);
  const { cost, tokens } = worstCase(bound, asked);
  return {
    amounts: { nanodollars: cost, tokens },
    why: whyOf(attempt, asked),
    fits: fitsNow(attempt, asked),
    isBusy: attempt.fitsLater(),
  };
}

function whyOf({ bound, terms }: TightAttempt, asked: number): string {
  const input = `up to ${bound.inputTokens} tokens of input`;
  if (!terms.hasOutput) return input;
  const answers = bound.answers === 1 ? "" : `, ${bound.answers} answers`;
  const output =
    terms.named === undefined
      ? `no max_tokens: the model may write ${asked} tokens${answers}`
      : `max_tokens ${asked}${answers}`;
  return `${output}, and ${input}`;
}

function fitsNow(attempt: TightAttempt, asked: number): string | undefined {
  if (!attempt.terms.hasOutput) return undefined;
  const fitting = attempt.fittingNow();
  if (fitting >= asked) return undefined;
  return fitting >= 1 ? `max_tokens ≤ ${fitting} fits now` : "nothing fits now";
}
