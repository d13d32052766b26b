import { slotKindOf } from "#core/slot-ref";
import { readHoldEntries, readHoldPhase } from "./hold-row";
import { slot as slotLayout, windowSlot } from "./layout";
import { type SlotUnit, slotModes, slotUnits, windowParts } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { rulesOf, slotWordOf } from "./slot";
import { type CellState, emptyCell } from "./slot-rules";
import type { SlotSpec } from "./slot-spec";
import { partAmount, windowSum } from "./window-slot";
import { areaWords, rowsUsed, rowWord } from "./worker-area";

/** Of either kind. A window slot has all its charges in `past`; its `period` is the newest sixteenth. */
export type SlotState = SlotSpec & {
  /** Zero while the slot is unused. */
  readonly tag: number;
  /** The newest period seen; -1 before the first reservation. */
  readonly period: number;
  readonly charged: number;
  readonly held: number;
  readonly limit: number;
  /** The period before. */
  readonly previous: CellState;
  /** Charged in all periods before these two. */
  readonly past: number;
  /** Running requests that hold something here, in any period. */
  readonly holders: number;
};

export type WindowState = {
  readonly tag: number;
  readonly allowance: number;
  /** Charged and held in the window that ends now. */
  readonly used: number;
  /** By requests that run now, whenever they were admitted. */
  readonly held: number;
  /** Ever. */
  readonly charged: number;
  /** What makes up `used`, oldest first; sixteenths without anything are left out. */
  readonly parts: readonly { readonly number: number; readonly amount: number }[];
};

/** What running requests hold, by what it is; `running` of them there are. */
export type HoldTotals = { readonly running: number; readonly held: { readonly [unit in SlotUnit]: number } };

/** What a slot beyond the end of the file looks like. */
const unusedSlot: SlotState = {
  tag: 0,
  ...emptyCell,
  allowance: 0,
  limit: 0,
  unit: "count",
  mode: "hard",
  previous: emptyCell,
  past: 0,
  holders: 0,
};

export function readSlot(file: LedgerFile, slot: number): SlotState {
  const word = file.slotWord(slot);
  if (word === -1) return unusedSlot;
  const [current, previous] = rulesOf(slot).cells(file, word);
  return {
    tag: file.read(word + slotLayout.tag),
    ...current,
    allowance: rulesOf(slot).allowance(file, word),
    limit: file.read(word + slotLayout.limit),
    unit: unitOf(file, word),
    mode: slotModes[file.read(word + slotLayout.mode)] ?? "hard",
    previous,
    past: file.read(word + slotLayout.past),
    holders: file.read(word + slotLayout.holders),
  };
}

/** @param nowPart The sixteenth that runs now; the window never ends before the newest that was counted. */
export function readWindow(file: LedgerFile, slot: number, nowPart: number): WindowState {
  const word = slotKindOf(slot) === "window" ? file.slotWord(slot) : -1;
  if (word === -1) return { tag: 0, allowance: 0, used: 0, held: 0, charged: 0, parts: [] };
  const newest = file.read(word + windowSlot.newest);
  const end = Math.max(nowPart, newest);
  const parts = [];
  for (let number = Math.max(0, end - windowParts); number <= newest; number++) {
    const amount = partAmount(file, word, number);
    if (amount > 0) parts.push({ number, amount });
  }
  return {
    tag: file.read(word + slotLayout.tag),
    allowance: file.read(word + slotLayout.allowance),
    used: windowSum(file, word, end),
    held: file.read(word + windowSlot.held),
    charged: file.read(word + slotLayout.past),
    parts,
  };
}

/** Adds up all hold rows. Takes no lock: for gauges. */
export function readHolds(file: LedgerFile): HoldTotals {
  let running = 0;
  const held = { count: 0, running: 0, requests: 0, tokens: 0, nanodollars: 0 };
  for (const areaWord of areaWords(file)) {
    for (let index = 0; index < rowsUsed(file, areaWord); index++) {
      const word = rowWord(areaWord, index);
      if (readHoldPhase(file, word) === undefined) continue;
      running++;
      for (const entry of readHoldEntries(file, word)) {
        const slotWord = slotWordOf(file, entry);
        if (slotWord !== undefined) held[unitOf(file, slotWord)] += entry.amount;
      }
    }
  }
  return { running, held };
}

export function unitOf(file: LedgerFile, word: number): SlotUnit {
  return slotUnits[file.read(word + slotLayout.unit)] ?? "count";
}
