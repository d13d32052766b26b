import type { Database } from "bun:sqlite";
import type { Charge } from "#core/record";
import type { SlotCharge } from "../log-store";
import { chargedPeriod, keptPeriods } from "../slot-periods";

export type SlotChargeWriter = {
  readonly add: (charge: Charge) => void;
  /** Writes what was added, within the transaction that writes the records. */
  readonly flush: () => void;
  readonly forget: () => void;
};

/** Adds up the charges of records by slot, tag and period, so that a lost ledger is filled again without reading them. */
export function createSlotChargeWriter(database: Database): SlotChargeWriter {
  const add = database.prepare(
    `INSERT INTO slot_charges VALUES (?, ?, ?, ?)
    ON CONFLICT (slot, tag, period) DO UPDATE SET charged = charged + excluded.charged`,
  );
  /** By slot: of each it is few tags and periods that are charged at a time. */
  const sums = new Map<number, (Charge & { amount: number })[]>();
  const sumOf = (slot: number, tag: number, period: number) => {
    const known = sums.get(slot);
    for (const sum of known ?? []) if (sum.tag === tag && sum.period === period) return sum;
    const sum = { slot, tag, period, amount: 0 };
    if (known === undefined) sums.set(slot, [sum]);
    else known.push(sum);
    return sum;
  };
  return {
    add: (charge) => {
      sumOf(charge.slot, charge.tag, chargedPeriod(charge)).amount += charge.amount;
    },
    flush: () => {
      for (const ofSlot of sums.values()) {
        for (const { slot, tag, period, amount } of ofSlot) add.run(slot, tag, period, amount);
      }
      sums.clear();
    },
    forget: () => sums.clear(),
  };
}

export function readSlotCharges(database: Database): readonly SlotCharge[] {
  return database.query<SlotCharge, []>("SELECT slot, tag, period, charged FROM slot_charges").all();
}

/**
 * Makes one row of the periods of a slot before the newest three: their sum, under the newest of them. Takes slots until
 * about `batch` rows are gone; returns how many.
 */
export function foldOldCharges(database: Database, batch: number): number {
  const crowded = database
    .query<{ slot: number; tag: number; periods: number }, [number, number]>(
      "SELECT slot, tag, count(*) AS periods FROM slot_charges GROUP BY slot, tag HAVING periods > ? LIMIT ?",
    )
    .all(keptPeriods + 1, batch);
  let gone = 0;
  for (const { slot, tag, periods } of crowded) {
    if (gone >= batch) break;
    const old = database
      .query<SlotCharge, [number, number, number]>(
        "SELECT slot, tag, period, charged FROM slot_charges WHERE slot = ? AND tag = ? ORDER BY period DESC LIMIT -1 OFFSET ?",
      )
      .all(slot, tag, keptPeriods);
    const newest = old[0]?.period ?? 0;
    const charged = old.reduce((sum, row) => sum + row.charged, 0);
    database.run("DELETE FROM slot_charges WHERE slot = ? AND tag = ? AND period < ?", [slot, tag, newest]);
    database.run("UPDATE slot_charges SET charged = ? WHERE slot = ? AND tag = ? AND period = ?", [
      charged,
      slot,
      tag,
      newest,
    ]);
    gone += periods - keptPeriods - 1;
  }
  return gone;
}
