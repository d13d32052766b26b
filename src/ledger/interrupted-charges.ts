import type { Charge } from "#core/record";
import type { Exposure, HoldEntry } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { unitOf } from "./read-slot";
import { slotWordOf } from "./slot";

/**
 * What a request is charged whose worker died: its attempts before, the input of the one that ran (the provider may bill
 * it) and the output that was relayed. Never more than it held, so no limit is passed.
 */
export function interruptedCharges(
  file: LedgerFile,
  entries: readonly HoldEntry[],
  exposure: Exposure,
  output: number,
): readonly Charge[] {
  return entries.flatMap((entry, index) => {
    const word = slotWordOf(file, entry);
    const used = word === undefined ? undefined : usedOf(file, word, entry, countedBy(exposure, index), output);
    return used === undefined ? [] : [{ ...entry, amount: Math.min(entry.amount, used) }];
  });
}

/** Nano-dollars, rounded up as every cost is. */
export function interruptedCost(exposure: Exposure, output: number): number {
  return exposure.spent + runningCost(exposure, output);
}

function runningCost({ inputTokens, inputRate, outputRate, fee = 0 }: Exposure, output: number): number {
  return Math.ceil((inputTokens * inputRate + output * outputRate) / 1000) + fee;
}

/** What of the attempts an entry counts: the earlier ones, the running one, or both. */
function countedBy(exposure: Exposure, index: number): Exposure & { readonly isRunning: boolean } {
  const { counting } = exposure;
  const bit = 1 << index;
  const isEarlier = counting === undefined || (counting.earlier & bit) !== 0;
  const isRunning = counting === undefined || (counting.running & bit) !== 0;
  return isEarlier ? { ...exposure, isRunning } : { ...exposure, spent: 0, spentTokens: 0, isRunning };
}

function usedOf(
  file: LedgerFile,
  word: number,
  entry: HoldEntry,
  exposure: Exposure & { readonly isRunning: boolean },
  output: number,
): number | undefined {
  const { isRunning, inputTokens, spent, spentTokens } = exposure;
  switch (unitOf(file, word)) {
    case "count":
    case "requests":
      return entry.amount;
    case "running":
      return undefined;
    case "tokens":
      return spentTokens + (isRunning ? inputTokens + output : 0);
    case "nanodollars":
      return spent + (isRunning ? runningCost(exposure, output) : 0);
  }
}
