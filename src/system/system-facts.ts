import type { LockFile } from "#supervisor/lock-file";
import type { Finding } from "./finding";
import { machineFindings } from "./machine-findings";
import { type ProcessUsage, readProcessUsage } from "./process-usage";
import { readStorageUse, type StorageUse } from "./storage-use";

/** A process of the instance, and what it takes; nothing of that where the kernel does not tell. */
export type ProcessFact = {
  readonly role: "supervisor" | "control" | "worker";
  readonly pid: number;
  readonly generation?: number;
  /** Of a worker, from 0. */
  readonly index?: number;
  readonly usage?: ProcessUsage;
};

export type SystemFacts = {
  readonly processes: readonly ProcessFact[];
  readonly storage: StorageUse;
  readonly findings: readonly Finding[];
};

export type SystemParts = {
  readonly dataDir: string;
  readonly journalDir: string;
  readonly wantedBun: string;
  /** Of the data directory, undefined where no process holds it. */
  readonly lock: () => LockFile | undefined;
};

/** Looks at the processes, the disk and the machine, anew with every call: some ten small files. */
export async function readSystemFacts({ dataDir, journalDir, wantedBun, lock }: SystemParts): Promise<SystemFacts> {
  return {
    processes: processesOf(lock()),
    storage: await readStorageUse(dataDir, journalDir),
    findings: machineFindings(dataDir, wantedBun),
  };
}

function processesOf(lock: LockFile | undefined): readonly ProcessFact[] {
  if (lock === undefined) return [];
  return [
    withUsage({ role: "supervisor", pid: lock.pid }),
    ...lock.children.map(({ pid, generation, index }) =>
      withUsage({
        role: index === undefined ? "control" : "worker",
        pid,
        generation,
        ...(index !== undefined && { index }),
      }),
    ),
  ];
}

function withUsage(fact: ProcessFact): ProcessFact {
  const usage = readProcessUsage(fact.pid);
  return usage === undefined ? fact : { ...fact, usage };
}
