import type { LimitTerms } from "#core/limit";
import type { SlotSpec } from "#ledger/slot-spec";
import type { AllowanceRepository } from "#store/config/repositories";
import type { StoredOverride } from "#store/config/stored-limit";
import type { SlotNeed } from "./limit-slots";

/** What a budget may spend, and when that changes by itself. */
type Allowance = Pick<SlotSpec, "allowance" | "end">;

/** What budgets may spend: as configured, or an override while it lasts, and what was topped up. */
export type Allowances = {
  readonly of: (limitId: string, amount: number) => Allowance;
  /** The override that holds now. */
  readonly override: (limitId: string) => StoredOverride | undefined;
  readonly toppedUp: (limitId: string) => number;
};

export async function readAllowances(stored: AllowanceRepository, nowMs: number): Promise<Allowances> {
  const [overrides, sums] = [await stored.overrides(), await stored.topUpSums()];
  const override: Allowances["override"] = (limitId) => {
    const found = overrides.get(limitId);
    return found !== undefined && found.untilMs > nowMs ? found : undefined;
  };
  const toppedUp: Allowances["toppedUp"] = (limitId) => sums.get(limitId) ?? 0;
  // A hundred thousand keys may ask, and mostly there are none.
  if (overrides.size + sums.size === 0) return { of: (_, allowance) => ({ allowance }), override, toppedUp };
  const withTopUps = (limitId: string, amount: number) => Math.max(0, amount + toppedUp(limitId));
  return {
    of: (limitId, amount) => {
      const own = withTopUps(limitId, amount);
      const held = override(limitId);
      if (held === undefined) return { allowance: own };
      return { allowance: withTopUps(limitId, held.amount), end: { atMs: held.untilMs, allowance: own } };
    },
    override,
    toppedUp,
  };
}

/** The slot of a limit and what the ledger is to know of it. */
export function needOf(owner: string, limit: LimitTerms, allowances: Allowances): SlotNeed {
  const allowance = allowances.of(owner, limit.amount);
  switch (limit.kind) {
    case "budget":
      return { owner, kind: "period", spec: specOf(allowance, limit.unit, limit.mode) };
    case "rate":
      return { owner, kind: "window", spec: specOf(allowance, limit.unit, "hard") };
    case "concurrency":
      return { owner, kind: "period", spec: specOf(allowance, "running", "hard") };
  }
}

/** Without a spread where it can be: there may be hundreds of thousands. */
function specOf({ allowance, end }: Allowance, unit: SlotSpec["unit"], mode: SlotSpec["mode"]): SlotSpec {
  return end === undefined ? { allowance, unit, mode } : { allowance, unit, mode, end };
}
