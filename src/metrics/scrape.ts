import type { HealthState } from "#core/health";
import type { MetricFamily } from "#ledger/read-metrics";
import type { HoldTotals } from "#ledger/read-slot";
import type { BudgetUse } from "#limits/budget-use";
import { budgetFamilies, holdFamilies } from "./limit-metrics";
import { type ProcessFacts, processFamilies, withControlProcess } from "./process-metrics";
import { targetFamilies } from "./target-metrics";

/** Where the metrics stand. Each is read anew for every scrape. */
export type ScrapeParts = {
  /** What workers counted, added up. */
  readonly counted: () => readonly MetricFamily[];
  readonly processes: () => ProcessFacts;
  readonly holds: () => HoldTotals;
  readonly budgets: () => readonly BudgetUse[];
  readonly health: () => readonly { readonly name: string; readonly state: HealthState }[];
  readonly machineMs: () => number;
};

/** Everything that `/metrics` shows. */
export function createScrape(parts: ScrapeParts): () => readonly MetricFamily[] {
  return () => {
    const processes = parts.processes();
    return [
      ...processFamilies(processes),
      ...withControlProcess(parts.counted(), processes.control),
      ...holdFamilies(parts.holds()),
      ...budgetFamilies(parts.budgets()),
      ...targetFamilies(parts.health(), parts.machineMs()),
    ];
  };
}
