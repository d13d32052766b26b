import { row, rowPhase, seat } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { metrics } from "./metric-layout";
import { recoveringFlag, workerOf } from "./owner";

/** Takes a free seat for the file's owner and returns its first word. */
export function claimSeat(file: LedgerFile): number {
  const words = seatWords(file);
  if (words.some((word) => seatOwner(file, word) === file.owner)) {
    throw new Error(`Cannot open the ledger as ${describe(file.owner)}: its earlier seat must be recovered first`);
  }
  const free = words.find((word) => file.compareExchangeInt(word * 2, 0, file.owner) === 0);
  if (free === undefined) {
    throw new Error(
      `Cannot open the ledger as ${describe(file.owner)}: all ${words.length} seats are taken, a free one is needed`,
    );
  }
  // All its rows are free, else it would not be.
  file.writeInt(free * 2 + seat.rowsUsedInt, 0);
  return free;
}

/** Gives a seat back unless holds are left in it; counters stay, for the next owner to go on from. */
export function releaseSeat(file: LedgerFile, word: number): boolean {
  resetGauges(file, word);
  for (let index = 0; index < rowsUsed(file, word); index++) {
    if (file.read(rowWord(word, index) + row.phase) !== rowPhase.free) return false;
  }
  file.writeInt(word * 2, 0);
  return true;
}

export function seatOwner(file: LedgerFile, word: number): number {
  return file.readInt(word * 2);
}

/** From now on the seat belongs to recovery; a new process may bear the dead owner's name. */
export function markSeatRecovering(file: LedgerFile, word: number): void {
  file.writeInt(word * 2, seatOwner(file, word) | recoveringFlag);
}

export function seatWords(file: LedgerFile): number[] {
  return Array.from({ length: file.seatCount }, (_, index) => file.seatWord(index));
}

/** The number of rows from the first on that may be taken. */
export function rowsUsed(file: LedgerFile, seatWord: number): number {
  return Math.min(file.readInt(seatWord * 2 + seat.rowsUsedInt), seat.rowCount);
}

/** To be called before a row is filled. */
export function noteRowUsed(file: LedgerFile, seatWord: number, index: number): void {
  if (index >= rowsUsed(file, seatWord)) file.writeInt(seatWord * 2 + seat.rowsUsedInt, index + 1);
}

export function rowWord(seatWord: number, index: number): number {
  return seatWord + seat.rows + index * row.words;
}

function resetGauges(file: LedgerFile, word: number): void {
  for (const metric of Object.values(metrics)) {
    if (metric.kind === "gauge") file.write(word + seat.metrics + metric.column, 0);
  }
}

function describe(owner: number): string {
  const { worker, generation } = workerOf(owner);
  return `worker ${worker} of generation ${generation}`;
}
