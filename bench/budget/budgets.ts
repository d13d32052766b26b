import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measureAllocation } from "./measure-allocation.ts";
import { measureServedBytes } from "./served-allocation.ts";
import { type CallCounts, countIngestionCalls, countWorkerCalls } from "./system-calls.ts";

/** What a unit may cost, by the names of rows: figures that do not depend on how fast or how busy the machine is. */
export type Budgets = { readonly allocatedBytes: Figures; readonly systemCalls: Figures };
export type Figures = { readonly [row: string]: number };

/** So much more than the budget fails. */
const allowedGrowth = 0.1;
/** So much less is worth writing down, lest it be lost again unseen. */
const worthWriting = 0.05;

const file = fileURLToPath(new URL("../budgets.json", import.meta.url));

export async function measureAllocatedBytes(): Promise<Figures> {
  const bytes = [
    ...(await measureAllocation("worker")),
    ...(await measureServedBytes()),
    ...(await measureAllocation("ingestion")),
  ];
  return Object.fromEntries(bytes.map(([row, count]) => [row, Math.round(count)]));
}

/** System calls and, for who wants to know why, which they are. */
export async function measureSystemCalls(): Promise<{ readonly figures: Figures; readonly detail: string }> {
  const counts: CallCounts = new Map([...(await countWorkerCalls()), ...(await countIngestionCalls())]);
  const figures = [...counts].map(([row, { total }]) => [row, Number(total.toFixed(2))] as const);
  const detail = [...counts].map(([row, { calls }]) => {
    const each = [...calls].map(([name, count]) => `${name} ${count.toFixed(2)}`);
    return `${row}: ${each.join(", ")}`;
  });
  return { figures: Object.fromEntries(figures), detail: detail.join("\n") };
}

export function readBudgets(): Budgets {
  return JSON.parse(readFileSync(file, "utf8"));
}

export function writeBudgets(budgets: Budgets): void {
  writeFileSync(file, `${JSON.stringify(budgets, undefined, 2)}\n`);
}

/** What costs too much, and what costs so much less that the budget should follow; a row without a budget costs too much. */
export function judge(measured: Figures, budgets: Figures): { readonly over: string[]; readonly under: string[] } {
  const told = (row: string, figure: number) => `${row}: ${figure}, budget ${budgets[row] ?? "none"}`;
  const rows = Object.entries(measured);
  return {
    over: rows
      .filter(([row, figure]) => !(figure <= (budgets[row] ?? Number.NaN) * (1 + allowedGrowth)))
      .map(([row, figure]) => told(row, figure)),
    under: rows
      .filter(([row, figure]) => figure < (budgets[row] ?? 0) * (1 - worthWriting))
      .map(([row, figure]) => told(row, figure)),
  };
}
