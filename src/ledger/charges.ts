import type { Charge } from "#core/record";
import { maxEntries } from "./ledger";

/**
 * The same charges with one entry a slot: amounts of a slot named twice are added, the newer period wins. Throws
 * RangeError for anything that the ledger cannot hold exactly.
 */
export function mergeCharges(charges: readonly Charge[]): readonly Charge[] {
  let isTwice = false;
  for (let index = 0; index < charges.length; index++) {
    const charge = charges[index];
    if (charge === undefined) continue;
    checkCharge(charge);
    isTwice ||= indexOfSlot(charges, charge) < index;
  }
  const merged = isTwice ? addUp(charges) : charges;
  if (merged.length > maxEntries) {
    throw new RangeError(`Cannot hold ${merged.length} slots for one request: at most ${maxEntries} are possible`);
  }
  return merged;
}

/** What `charges` (one entry a slot) ask for a slot; zero when they do not name it. */
export function chargeFor(charges: readonly Charge[], entry: Charge): number {
  return charges[indexOfSlot(charges, entry)]?.amount ?? 0;
}

/** -1 when it is not named. A loop, as it runs for every entry of every request. */
export function indexOfSlot(charges: readonly Charge[], wanted: Charge): number {
  for (let index = 0; index < charges.length; index++) {
    const charge = charges[index];
    if (charge?.slot === wanted.slot && charge.tag === wanted.tag) return index;
  }
  return -1;
}

function addUp(charges: readonly Charge[]): Charge[] {
  const merged: Charge[] = [];
  for (const charge of charges) {
    const index = indexOfSlot(merged, charge);
    const known = merged[index];
    if (known === undefined) merged.push(charge);
    else {
      const amount = checkAmount(known.amount + charge.amount);
      merged[index] = { ...known, period: Math.max(known.period, charge.period), amount };
    }
  }
  return merged;
}

function checkCharge(charge: Charge): void {
  if (!isIndex(charge.slot)) throw new RangeError(`Cannot charge slot ${charge.slot}: a slot number is needed`);
  if (!isIndex(charge.tag) || charge.tag === 0)
    throw new RangeError(`Cannot charge tag ${charge.tag}: tags start at 1`);
  if (!Number.isSafeInteger(charge.period) || charge.period < 0) {
    throw new RangeError(`Cannot charge period ${charge.period}: a non-negative integer is needed`);
  }
  checkAmount(charge.amount);
}

function checkAmount(amount: number): number {
  if (Number.isSafeInteger(amount) && amount >= 0) return amount;
  throw new RangeError(`Cannot charge ${amount}: an integer from 0 to 2^53 - 1 is needed`);
}

function isIndex(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0x7fff_ffff;
}
