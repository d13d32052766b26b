import type { Charge } from "#core/record";
import type { SlotCharge } from "../log-store";
import { chargedPeriod, keptPeriods } from "../slot-periods";

export type MemoryCharges = {
  readonly add: (charge: Charge) => void;
  readonly list: () => readonly SlotCharge[];
  /** Makes one row of the periods of a slot before the newest ones, for slots that lose about `batch` rows. How many. */
  readonly fold: (batch: number) => number;
};

/** Sums of charges by slot, tag and period. */
export function createMemoryCharges(): MemoryCharges {
  const slots = new Map<string, SlotCharge[]>();
  return {
    add: (charge) => {
      const { slot, tag, amount } = charge;
      const period = chargedPeriod(charge);
      const rows = slots.get(`${slot}:${tag}`) ?? [];
      const before = rows.find((row) => row.period === period)?.charged ?? 0;
      const others = rows.filter((row) => row.period !== period);
      slots.set(`${slot}:${tag}`, [...others, { slot, tag, period, charged: before + amount }]);
    },
    list: () => [...slots.values()].flat().toSorted((a, b) => a.slot - b.slot || a.tag - b.tag || a.period - b.period),
    fold: (batch) => {
      let gone = 0;
      for (const [name, rows] of slots) {
        const newestFirst = rows.toSorted((a, b) => b.period - a.period);
        const old = newestFirst.slice(keptPeriods);
        const [newest] = old;
        if (newest === undefined || old.length === 1) continue;
        if (gone >= batch) break;
        const charged = old.reduce((sum, row) => sum + row.charged, 0);
        slots.set(name, [...newestFirst.slice(0, keptPeriods), { ...newest, charged }]);
        gone += old.length - 1;
      }
      return gone;
    },
  };
}
