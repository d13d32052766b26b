import { readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crashPointNames } from "#ledger/ledger";

/** Where a worker can be told to die, as `<what it does>:<how far it is>`, in the order in which a request passes them. */
export const crashSteps: readonly string[] = [
  ...crashPointNames.map((point) => `reserve:${point}`),
  "progress:sent",
  "progress:relaying",
  "journal:before",
  "journal:inside",
  "journal:after",
  // A settlement writes no new row.
  ...crashPointNames.slice(1).map((point) => `settle:${point}`),
  "settled:",
];

/** Where a worker can be told to die while a request that failed at one target is held for the next: it has a row already. */
export const adjustSteps: readonly string[] = crashPointNames.slice(1).map((point) => `adjust:${point}`);

/** The next worker that comes to this step dies there; only one does. */
export function planCrash(dataDir: string, step: string): void {
  writeFileSync(planFile(dataDir), step);
}

export function isPlanned(dataDir: string, step?: string): boolean {
  const plan = readPlan(dataDir);
  return step === undefined ? plan !== undefined : plan === step;
}

/** Every write to a journal fails for as long as this plan stands. */
export const failingJournal = "journal:fail";

export function dropPlan(dataDir: string): void {
  rmSync(planFile(dataDir), { force: true });
}

/** What a worker calls at every step. Returns unless it is the planned one. */
export function dieIfPlanned(dataDir: string, step: string): void {
  if (readPlan(dataDir) !== step) return;
  try {
    // Another worker may come here at the same moment: whoever removes the plan dies.
    unlinkSync(planFile(dataDir));
  } catch {
    return;
  }
  process.kill(process.pid, "SIGKILL");
}

function readPlan(dataDir: string): string | undefined {
  try {
    return readFileSync(planFile(dataDir), "utf8");
  } catch {
    return undefined;
  }
}

function planFile(dataDir: string): string {
  return join(dataDir, "crash-plan");
}
