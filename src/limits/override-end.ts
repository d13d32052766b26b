import type { Configuration } from "#snapshot/configuration";
import type { AllowanceRepository } from "#store/config/repositories";
import { allBudgets } from "./all-limits";

export type OverrideEnd = {
  /** Ends the overrides whose time has come. */
  readonly endDue: () => Promise<void>;
};

/** Overrides end by themselves, also those whose time came while the control plane did not run. */
export function createOverrideEnd(parts: {
  readonly allowances: AllowanceRepository;
  readonly configuration: Pick<Configuration, "change" | "content">;
  readonly nowMs: () => number;
}): OverrideEnd {
  const { allowances, configuration, nowMs } = parts;
  return {
    endDue: async () => {
      const due = [...(await allowances.overrides())].filter(([, { untilMs }]) => untilMs <= nowMs());
      if (due.length === 0) return;
      const budgets = new Map(Array.from(allBudgets(configuration.content()), (budget) => [budget.id, budget]));
      for (const [id] of due) {
        const budget = budgets.get(id);
        if (budget === undefined) await allowances.deleteOverride(id);
        else {
          await configuration.change({ actor: "control_plane" }, async () => {
            await allowances.deleteOverride(id);
            const event = { action: "budget.override_ended", resource: { type: "budget", id } };
            return { result: undefined, changed: { allowance: budget }, event };
          });
        }
      }
    },
  };
}
