import type { HealthState } from "#core/health";
import type { MetricColumns } from "#ledger/read-columns";
import type { HoldTotals } from "#ledger/read-slot";
import type { BudgetUse } from "#limits/budget-use";
import { countedFamilies } from "./counted-metrics";
import { type KeyRefusals, keyFamilies } from "./key-metrics";
import { budgetFamilies, holdFamilies } from "./limit-metrics";
import type { MetricFamily } from "./metric-family";
import { type ProcessFacts, processFamilies, withControlProcess } from "./process-metrics";
import { targetFamilies } from "./target-metrics";

/** The sources of metrics. Each is read anew for every scrape. */
export type ScrapeParts = {
  /** What workers counted. */
  readonly columns: () => MetricColumns;
  readonly processes: () => ProcessFacts;
  readonly holds: () => HoldTotals;
  readonly budgets: () => readonly BudgetUse[];
  readonly keys: () => readonly KeyRefusals[];
  readonly health: () => readonly { readonly name: string; readonly state: HealthState }[];
  readonly machineMs: () => number;
};

/** Everything that `/metrics` shows. */
export function createScrape(parts: ScrapeParts): () => readonly MetricFamily[] {
  return () => {
    const processes = parts.processes();
    return [
      ...processFamilies(processes),
      ...withControlProcess(countedFamilies(parts.columns()), processes.control),
      ...holdFamilies(parts.holds()),
      ...budgetFamilies(parts.budgets()),
      ...keyFamilies(parts.keys()),
      ...targetFamilies(parts.health(), parts.machineMs()),
    ];
  };
}
