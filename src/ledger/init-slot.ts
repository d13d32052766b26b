import { firstWindowSlot, slotKindOf } from "#core/slot-ref";
import { eachSpecField, emptySlot, specFields } from "./empty-slot";
import { appendExtent } from "./grow-file";
import { extentKind, fileState, headerInt, maxExtents, slot as slotLayout } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { rulesOf } from "./slot";
import type { SlotSpec } from "./slot-spec";
import { Transaction } from "./transaction";

/** Makes a slot usable, see `LedgerAdmin.initSlot`. */
export function initSlot(file: LedgerFile, slot: number, tag: number, spec: SlotSpec): void {
  if (file.readInt(headerInt.state) !== fileState.ready)
    throw new Error("Cannot use a ledger slot: the ledger must be rebuilt first");
  if (!Number.isInteger(tag) || tag < 1 || tag > 0x7fff_ffff)
    throw new RangeError(`Cannot use tag ${tag}: an integer from 1 is needed`);
  checkLimit(spec.allowance);
  const word = ensureSlot(file, slot);
  change(file, (transaction) => {
    const before = file.read(word + slotLayout.tag);
    const holders = file.read(word + slotLayout.holders);
    if (before !== tag && holders > 0) {
      throw new Error(
        `Cannot give ledger slot ${slot} to tag ${tag}: tag ${before} has ${holders} running requests in it`,
      );
    }
    const fields = before === tag ? specFields(rulesOf(slot), spec) : emptySlot(rulesOf(slot), tag, spec);
    for (const [field, value] of fields) transaction.stage(word + field, value);
  });
}

/** See `LedgerAdmin.isSlotSet`. Only who asks writes these words. */
export function isSlotSet(file: LedgerFile, slot: number, tag: number, spec: SlotSpec): boolean {
  const word = file.slotWord(slot);
  if (word === -1 || file.readInt(headerInt.state) !== fileState.ready) return false;
  let isSet = file.read(word + slotLayout.tag) === tag;
  eachSpecField(rulesOf(slot), spec, (field, value) => {
    isSet &&= file.read(word + field) === value;
  });
  return isSet;
}

/** Changes limit and allowance only. */
export function setLimit(file: LedgerFile, slot: number, limit: number): void {
  checkLimit(limit);
  const word = file.slotWord(slot);
  if (word === -1) throw new RangeError(`Cannot find ledger slot ${slot}: the ledger does not have it`);
  change(file, (transaction) => {
    transaction.stage(word + slotLayout.limit, limit);
    transaction.stage(word + slotLayout.allowance, limit);
  });
}

/** First word of a slot; the file grows until it has it. */
export function ensureSlot(file: LedgerFile, slot: number): number {
  const isWindow = slotKindOf(slot) === "window";
  const index = isWindow ? slot - firstWindowSlot : slot;
  const end = maxExtents * slotLayout.perExtent;
  if (!Number.isInteger(index) || index < 0 || index >= end) {
    throw new RangeError(`Cannot use ledger slot ${slot}: an integer below ${end} is needed`);
  }
  const kind = isWindow ? extentKind.windows : extentKind.slots;
  while (file.slotWord(slot) === -1) appendExtent(file, kind);
  return file.slotWord(slot);
}

function checkLimit(limit: number): void {
  if (limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && limit >= 0)) return;
  throw new RangeError(`Cannot set a limit of ${limit}: an integer from 0 to 2^53 - 1 or Infinity is needed`);
}

function change(file: LedgerFile, stage: (transaction: Transaction) => void): void {
  const transaction = new Transaction(file);
  if (!transaction.begin()) throw lockTaken();
  try {
    stage(transaction);
  } catch (error) {
    transaction.abandon();
    throw error;
  }
  transaction.commit();
}

export function lockTaken(): Error {
  return new Error("Cannot use the ledger: its lock is taken by a process that does not run");
}
