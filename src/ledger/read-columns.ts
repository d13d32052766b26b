import { workerArea } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { recoveringFlag, workerOf } from "./owner";
import { areaOwner, areaWords, hasOurMetrics } from "./worker-area";

/**
 * The metric columns of all workers, but for those of areas that another version's table was counted by. Read without
 * the lock: each column has one writer.
 */
export type MetricColumns = {
  /** Added up over all workers, past and present. */
  readonly total: (column: number) => number;
  /** Of each worker that runs, by its number. */
  readonly each: (column: number) => readonly { readonly worker: number; readonly value: number }[];
};

export function readColumns(file: LedgerFile): MetricColumns {
  const areas = areaWords(file).filter((word) => hasOurMetrics(file, word));
  const read = (word: number, column: number) => file.read(word + workerArea.metrics + column);
  const workers = runningWorkers(file, areas);
  return {
    total: (column) => areas.reduce((sum, word) => sum + read(word, column), 0),
    each: (column) => workers.map(({ worker, word }) => ({ worker, value: read(word, column) })),
  };
}

/** While one generation replaces another, two areas have the same worker's number: the newer one counts. */
function runningWorkers(file: LedgerFile, areas: readonly number[]): readonly { worker: number; word: number }[] {
  const newest = new Map<number, { readonly generation: number; readonly word: number }>();
  for (const word of areas) {
    const owner = areaOwner(file, word);
    if (owner === 0 || (owner & recoveringFlag) !== 0) continue;
    const { worker, generation } = workerOf(owner);
    if ((newest.get(worker)?.generation ?? -1) < generation) newest.set(worker, { generation, word });
  }
  return [...newest].map(([worker, { word }]) => ({ worker, word })).sort((a, b) => a.worker - b.worker);
}
