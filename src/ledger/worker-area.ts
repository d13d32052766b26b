import { row, rowPhase, workerArea } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { metricFingerprint, metrics } from "./metric-layout";
import { recoveringFlag, workerOf } from "./owner";

/** Takes a free area for the file's owner and returns its first word. */
export function claimArea(file: LedgerFile): number {
  const words = areaWords(file);
  if (words.some((word) => areaOwner(file, word) === file.owner)) {
    throw new Error(`Cannot open the ledger as ${describe(file.owner)}: its earlier area must be recovered first`);
  }
  const free = words.find((word) => file.compareExchangeInt(word * 2, 0, file.owner) === 0);
  if (free === undefined) {
    throw new Error(
      `Cannot open the ledger as ${describe(file.owner)}: all ${words.length} worker areas are taken, a free one is needed`,
    );
  }
  // All its rows are free, else it would not be.
  file.writeInt(free * 2 + workerArea.rowsUsedInt, 0);
  if (!hasOurMetrics(file, free)) beginMetrics(file, free);
  return free;
}

/** Whether an area's metric columns were counted by the table of this version. */
export function hasOurMetrics(file: LedgerFile, word: number): boolean {
  return file.readInt(word * 2 + workerArea.metricTableInt) === metricFingerprint;
}

/** The table is named last: until then the columns are not read by it, and a process that dies here leaves them to the next. */
function beginMetrics(file: LedgerFile, word: number): void {
  for (let column = 0; column < workerArea.metricColumns; column++) file.write(word + workerArea.metrics + column, 0);
  file.writeInt(word * 2 + workerArea.metricTableInt, metricFingerprint);
}

/** Gives a worker area back unless holds are left in it; counters stay, for the next owner to go on from. */
export function releaseArea(file: LedgerFile, word: number): boolean {
  resetGauges(file, word);
  for (let index = 0; index < rowsUsed(file, word); index++) {
    if (file.read(rowWord(word, index) + row.phase) !== rowPhase.free) return false;
  }
  file.writeInt(word * 2, 0);
  return true;
}

export function areaOwner(file: LedgerFile, word: number): number {
  return file.readInt(word * 2);
}

/** From now on the area belongs to recovery; a new process may bear the dead owner's name. */
export function markAreaRecovering(file: LedgerFile, word: number): void {
  file.writeInt(word * 2, areaOwner(file, word) | recoveringFlag);
}

export function areaWords(file: LedgerFile): number[] {
  return Array.from({ length: file.areaCount }, (_, index) => file.areaWord(index));
}

/** The number of rows from the first on that may be taken. */
export function rowsUsed(file: LedgerFile, areaWord: number): number {
  return Math.min(file.readInt(areaWord * 2 + workerArea.rowsUsedInt), workerArea.rowCount);
}

/** To be called before a row is filled. */
export function noteRowUsed(file: LedgerFile, areaWord: number, index: number): void {
  if (index >= rowsUsed(file, areaWord)) file.writeInt(areaWord * 2 + workerArea.rowsUsedInt, index + 1);
}

export function rowWord(areaWord: number, index: number): number {
  return areaWord + workerArea.rows + index * row.words;
}

function resetGauges(file: LedgerFile, word: number): void {
  if (!hasOurMetrics(file, word)) return;
  for (const metric of Object.values(metrics)) {
    if (metric.kind === "gauge") file.write(word + workerArea.metrics + metric.column, 0);
  }
}

function describe(owner: number): string {
  const { worker, generation } = workerOf(owner);
  return `worker ${worker} of generation ${generation}`;
}
