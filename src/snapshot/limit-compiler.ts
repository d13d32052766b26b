import type { Limit } from "#core/limit";
import type { AllowanceRepository } from "#store/config/repositories";
import { needOf, readAllowances } from "./allowances";
import { type PlannedLimit, withSlot } from "./compile-limits";
import type { LimitSlots } from "./limit-slots";

/** Gives groups of planned limits their slots: limits in groups of the same order. */
export type LimitCompiler = (planned: readonly (readonly PlannedLimit[])[]) => Promise<readonly (readonly Limit[])[]>;

export function createLimitCompiler(
  stored: AllowanceRepository,
  slots: LimitSlots,
  nowMs: () => number,
): LimitCompiler {
  return async (planned) => {
    const all = planned.flat();
    if (all.length === 0) return planned.map(() => none);
    const allowances = await readAllowances(stored, nowMs());
    const given = await slots.ensure(all.map((limit) => needOf(limit.id, limit, allowances)));
    let next = 0;
    const settle = (limit: PlannedLimit): readonly Limit[] => {
      const slot = given[next++];
      return slot === undefined ? none : [withSlot(limit, slot.ref, slot.createdAtMs)];
    };
    return planned.map((limits) => (limits.length === 0 ? none : limits.flatMap(settle)));
  };
}

const none: readonly Limit[] = [];
