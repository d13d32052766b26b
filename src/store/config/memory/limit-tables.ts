import type { Repositories } from "../repositories";
import type { StoredOverride, StoredSlot, StoredTopUp } from "../stored-limit";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function limitTables(tables: Tables, call: Call): Pick<Repositories, "slots" | "allowances"> {
  const slots = tables.table<StoredSlot>();
  const overrides = tables.table<StoredOverride>();
  const topUps = tables.table<readonly StoredTopUp[]>();
  const owned = () => [...slots].map(([owner, slot]) => ({ ...slot, owner }));
  const topUpsOf = (limitId: string) => topUps.get(limitId) ?? [];
  return {
    slots: {
      list: () => call(() => owned().filter(({ releasedAtMs }) => releasedAtMs === undefined)),
      released: () =>
        call(() =>
          owned()
            .filter(({ releasedAtMs }) => releasedAtMs !== undefined)
            .sort((a, b) => (a.releasedAtMs ?? 0) - (b.releasedAtMs ?? 0)),
        ),
      find: (owners) => call(() => owners.map((owner) => slots.get(owner))),
      count: () => call(() => owned().filter(({ releasedAtMs }) => releasedAtMs === undefined).length),
      put: (added) =>
        call(() => {
          for (const [owner, { ref, createdAtMs, releasedAtMs }] of added)
            slots.set(owner, { ref, createdAtMs, ...(releasedAtMs !== undefined && { releasedAtMs }) });
        }),
      delete: (owners) =>
        call(() => {
          for (const owner of owners) for (const table of [slots, overrides, topUps]) table.delete(owner);
        }),
    },
    allowances: {
      overrides: () => call(() => new Map([...overrides].sort(([, left], [, right]) => left.untilMs - right.untilMs))),
      putOverride: (limitId, override) => call(() => void overrides.set(limitId, override)),
      deleteOverride: (limitId) => call(() => void overrides.delete(limitId)),
      topUps: (limitId) => call(() => topUpsOf(limitId)),
      addTopUp: (limitId, topUp) => call(() => void topUps.set(limitId, [...topUpsOf(limitId), topUp])),
      topUpSums: () =>
        call(() => new Map([...topUps].map(([id, added]) => [id, added.reduce((sum, { amount }) => sum + amount, 0)]))),
    },
  };
}
