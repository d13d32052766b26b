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
  return entries.flatMap((entry) => {
    const word = slotWordOf(file, entry);
    const used = word === undefined ? undefined : usedOf(file, word, entry, exposure, output);
    return used === undefined ? [] : [{ ...entry, amount: Math.min(entry.amount, used) }];
  });
}

/** Nano-dollars, rounded up as every cost is. */
export function interruptedCost({ spent, inputTokens, inputRate, outputRate }: Exposure, output: number): number {
  return spent + Math.ceil((inputTokens * inputRate + output * outputRate) / 1000);
}

function usedOf(
  file: LedgerFile,
  word: number,
  entry: HoldEntry,
  exposure: Exposure,
  output: number,
): number | undefined {
  switch (unitOf(file, word)) {
    case "count":
    case "requests":
      return entry.amount;
    case "running":
      return undefined;
    case "tokens":
      return exposure.spentTokens + exposure.inputTokens + output;
    case "nanodollars":
      return interruptedCost(exposure, output);
  }
}
