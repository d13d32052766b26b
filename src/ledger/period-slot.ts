import { overrideEnd, periodCell, periodSlot, refusedInts, slot } from "./layout";
import type { HoldEntry } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import type { SlotBalance } from "./slot-balance";
import { type CellState, emptyCell, type SlotFields, type SlotRules } from "./slot-rules";
import { capped, stageHolders, stagePast } from "./slot-sums";
import type { Transaction } from "./transaction";

/** A budget, a concurrency limit or a counter: two period cells, and the sum of all periods before. */
export const periodSlotRules: SlotRules = {
  balance,
  stageHold,
  stageSettlement,
  stageCharge,
  fitsAt: () => undefined,
  allowance: allowanceNow,
  // A counter has the refusals of its virtual key there.
  endFields: ({ unit, end }) => {
    if (unit === "count") return noFields;
    return end === undefined
      ? noEnd
      : [
          [overrideEnd.atMs, end.atMs],
          [overrideEnd.allowance, end.allowance],
        ];
  },
  cells: (file, word) => [readCell(file, currentCell(file, word)), readCell(file, otherCell(file, word))],
  charges: (file, word) =>
    [otherCell(file, word), currentCell(file, word)]
      .map((cell) => readCell(file, cell))
      .filter(({ period }) => period >= 0)
      .map(({ period, charged }) => ({ period, charged })),
  restore: (file, word, { period, charged }) => {
    const oldest = otherCell(file, word);
    file.write(word + slot.past, file.read(word + slot.past) + file.read(oldest + periodCell.charged));
    file.write(oldest + periodCell.period, period);
    file.write(oldest + periodCell.charged, charged);
  },
  emptyFields: [
    ...periodSlot.cells.flatMap((start) => [
      [start + periodCell.period, emptyCell.period] as const,
      [start + periodCell.charged, emptyCell.charged] as const,
      [start + periodCell.held, emptyCell.held] as const,
    ]),
    // Two ints a word.
    ...refusedInts.filter((int) => int % 2 === 0).map((int) => [int / 2, 0] as const),
  ],
};

const noFields: SlotFields = [];
const noEnd: SlotFields = [
  [overrideEnd.atMs, 0],
  [overrideEnd.allowance, 0],
];

/**
 * Periods never go back: a request for an older one than the current gets the current. One that holds something already
 * (`own`) stays in the period in which it began, for as long as there is a cell of it.
 */
function balance(file: LedgerFile, word: number, asked: number, own: HoldEntry | undefined): SlotBalance {
  const allowance = allowanceNow(file, word);
  const ownCell = own === undefined ? undefined : cellOf(file, word, own.period);
  if (own !== undefined && ownCell !== undefined) {
    const charged = file.read(ownCell + periodCell.charged);
    const held = file.read(ownCell + periodCell.held) - own.amount;
    return { word, period: own.period, charged, held, allowance, own: own.amount };
  }
  const current = currentCell(file, word);
  const period = file.read(current + periodCell.period);
  if (asked > period) return { word, period: asked, charged: 0, held: 0, allowance, own: -1 };
  return {
    word,
    period,
    charged: file.read(current + periodCell.charged),
    held: file.read(current + periodCell.held),
    allowance,
    own: -1,
  };
}

/** An override ends by the clock of whoever asks, whether or not the control plane gets to it. */
function allowanceNow(file: LedgerFile, word: number): number {
  const allowance = file.read(word + slot.allowance);
  if (allowance === Number.POSITIVE_INFINITY) return allowance;
  const endMs = file.read(word + overrideEnd.atMs);
  return endMs > 0 && file.nowMs() >= endMs ? file.read(word + overrideEnd.allowance) : allowance;
}

function stageHold(
  transaction: Transaction,
  { word, period, held }: SlotBalance,
  amount: number,
  own: HoldEntry | undefined,
): void {
  const at = cellOf(transaction.file, word, period);
  if (at === undefined) stageNewPeriod(transaction, word, period, { charged: 0, held: amount });
  else transaction.stage(at + periodCell.held, held + amount);
  if (own === undefined) stageHolders(transaction, word, 1);
}

function stageSettlement(transaction: Transaction, word: number, held: HoldEntry, charge: number): void {
  const { file } = transaction;
  const own = cellOf(file, word, held.period);
  if (own !== undefined) {
    transaction.stage(own + periodCell.held, file.read(own + periodCell.held) - held.amount);
    if (charge > 0) transaction.stage(own + periodCell.charged, capped(file.read(own + periodCell.charged) + charge));
  } else if (charge > 0) {
    stagePast(transaction, word, charge);
  }
  stageHolders(transaction, word, -1);
}

function stageCharge(transaction: Transaction, word: number, period: number, charge: number): void {
  const { file } = transaction;
  const own = cellOf(file, word, period);
  if (own !== undefined) {
    transaction.stage(own + periodCell.charged, capped(file.read(own + periodCell.charged) + charge));
  } else if (period > file.read(currentCell(file, word) + periodCell.period)) {
    stageNewPeriod(transaction, word, period, { charged: charge, held: 0 });
  } else {
    stagePast(transaction, word, charge);
  }
}

/** What a period slot has charged, read without the lock: of a running transaction some words may be seen and others not. */
export type PeriodPeek = {
  readonly period: number;
  readonly allowance: number;
  readonly charged: number;
  /** In the period before. */
  readonly chargedBefore: number;
};

/** Undefined for a slot that the file does not have. */
export function peekPeriods(file: LedgerFile, slotNumber: number): PeriodPeek | undefined {
  const word = file.slotWord(slotNumber);
  if (word === -1) return undefined;
  const current = currentCell(file, word);
  return {
    period: file.read(current + periodCell.period),
    allowance: allowanceNow(file, word),
    charged: file.read(current + periodCell.charged),
    chargedBefore: file.read(otherCell(file, word) + periodCell.charged),
  };
}

/** First word of the cell with the newer period. */
function currentCell(file: LedgerFile, word: number): number {
  const [first, second] = periodSlot.cells;
  return file.read(word + second + periodCell.period) > file.read(word + first + periodCell.period)
    ? word + second
    : word + first;
}

function otherCell(file: LedgerFile, word: number): number {
  const [first, second] = periodSlot.cells;
  return currentCell(file, word) === word + first ? word + second : word + first;
}

function readCell(file: LedgerFile, cell: number): CellState {
  return {
    period: file.read(cell + periodCell.period),
    charged: file.read(cell + periodCell.charged),
    held: file.read(cell + periodCell.held),
  };
}

function cellOf(file: LedgerFile, word: number, period: number): number | undefined {
  const [first, second] = periodSlot.cells;
  if (file.read(word + first + periodCell.period) === period) return word + first;
  if (file.read(word + second + periodCell.period) === period) return word + second;
  return undefined;
}

/** Turns the older cell over to a new period; what it charged moves to the sum of all past periods. */
function stageNewPeriod(
  transaction: Transaction,
  word: number,
  period: number,
  start: { readonly charged: number; readonly held: number },
): void {
  const { file } = transaction;
  const oldest = otherCell(file, word);
  stagePast(transaction, word, file.read(oldest + periodCell.charged));
  transaction.stage(oldest + periodCell.period, period);
  transaction.stage(oldest + periodCell.charged, start.charged);
  transaction.stage(oldest + periodCell.held, start.held);
}
