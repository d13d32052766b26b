import type { NotHeld } from "../holding";
import type { BudgetLine } from "./budget-line";
import { isTight, type Taken, type TightAttempt } from "./tight-attempt";

/** What came of the ladder; `last` is the attempt as it was bounded in the end. */
export type Climbed = { readonly taken: Taken | NotHeld; readonly last: TightAttempt };

export type Waiting = {
  readonly line: BudgetLine;
  /** Of the client. */
  readonly signal: AbortSignal;
  readonly waitMs: number;
};

/**
 * The steps before a refusal, each only where the one before did not help: input counted by a tokenizer, a generous limit on the output, a wait for holds
 * that end, a tight limit. `waiting`: absent where the request has waited already. Rejects with `client_closed` where the
 * client leaves while it waits.
 */
export async function climb(asked: TightAttempt, waiting: Waiting | undefined): Promise<Climbed> {
  const attempt = await asked.counted();
  let taken: Taken | NotHeld | undefined = attempt.takeGenerous();
  if (!isOpen(taken)) return { taken, last: attempt };
  if (waiting !== undefined && waiting.waitMs > 0 && !waiting.line.isFull() && attempt.fitsLater()) {
    const tryAgain = (): boolean => {
      taken = attempt.takeFitting();
      return taken === undefined ? !attempt.fitsLater() : !isOpen(taken) && !isBusy(taken);
    };
    await waiting.line.join(tryAgain, waiting.signal, waiting.waitMs);
    if (taken !== undefined && !isOpen(taken) && !isBusy(taken)) return { taken, last: attempt };
  }
  return { taken: attempt.takeTight(), last: attempt };
}

/** Whether the ledger could not be asked for a moment: who waits anyway tries again. */
function isBusy(taken: Taken | NotHeld): boolean {
  return "refusal" in taken && taken.refusal.reason === "busy";
}

/** Whether another step may help. */
function isOpen(taken: Taken | NotHeld): boolean {
  return "refusal" in taken && isTight(taken);
}
