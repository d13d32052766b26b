import type { Charge } from "#core/record";
import { mergeCharges } from "./charges";
import { phaseValue, writeEntryPeriod, writeHoldRow } from "./hold-row";
import { row, rowPhase, seat } from "./layout";
import type { CrashPoint, Hold, HoldEntry, Ledger, Refusal } from "./ledger";
import { LedgerFile } from "./ledger-file";
import { type Histogram, metrics } from "./metric-layout";
import { ownerWord } from "./owner";
import { claimSeat, releaseSeat, rowWord } from "./seat";
import { settleRow, slotWordOf } from "./settle-row";
import { effectivePeriod, slotAdmits, stageHold } from "./slot";
import { Transaction } from "./transaction";

export type LedgerWorker = {
  readonly worker: number;
  readonly generation: number;
  /** Tests only. */
  readonly crashPoint?: CrashPoint;
};

type Taking =
  | { readonly ok: true; readonly held: readonly HoldEntry[] }
  | { readonly ok: false; readonly refusedBy: Refusal };

const retryMs = 1;
/** About 100 ms, see `lock.ts`; what is left then is for recovery. */
const closingAttempts = 100;

/** Opens the ledger as a worker: maps the file and takes a seat. Throws when there is none, or the file is not usable. */
export function openLedger(path: string, worker: LedgerWorker): Ledger {
  const file = new LedgerFile(path, ownerWord({ role: "worker", ...worker }), worker.crashPoint);
  return new WorkerLedger(file, claimSeat(file));
}

class WorkerLedger implements Ledger {
  private readonly file: LedgerFile;
  private readonly seatWord: number;
  private readonly transaction: Transaction;
  private readonly freeRows = Array.from({ length: seat.rowCount }, (_, index) => seat.rowCount - 1 - index);
  /** Settlements that met a lock which could not be had; bounded by the number of rows. */
  private waiting: { readonly hold: Hold; readonly charges: readonly Charge[] }[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(file: LedgerFile, seatWord: number) {
    this.file = file;
    this.seatWord = seatWord;
    this.transaction = new Transaction(file);
  }

  readonly reserve: Ledger["reserve"] = (id, asked) => {
    const entries = mergeCharges(asked);
    const index = this.freeRows.pop();
    if (index === undefined) return this.refuse("no-row");
    const word = rowWord(this.seatWord, index);
    const ticket = writeHoldRow(this.file, word, id, entries);
    this.file.crashPoint("row-written");
    const taken = this.take(word, entries);
    if (taken.ok) return { ok: true, hold: { row: index, ticket, entries: taken.held } };
    this.file.write(word + row.phase, rowPhase.free);
    this.freeRows.push(index);
    return this.refuse(taken.refusedBy);
  };

  readonly progress: Ledger["progress"] = (hold, phase, output) => {
    const word = rowWord(this.seatWord, hold.row);
    if (this.file.read(word + row.ticket) !== hold.ticket || this.file.read(word + row.phase) === rowPhase.free) return;
    this.file.write(word + row.output, output);
    this.file.write(word + row.phase, phaseValue(phase));
  };

  readonly settle: Ledger["settle"] = (hold, charges) => {
    if (this.settleNow(hold, charges)) return;
    this.count(metrics.ledgerBusy.column, 1);
    this.waiting.push({ hold, charges });
    this.retry ??= setTimeout(this.settleWaiting, retryMs);
  };

  readonly count: Ledger["count"] = (column, amount) => {
    const word = this.seatWord + seat.metrics + column;
    this.file.write(word, this.file.read(word) + amount);
  };

  readonly set: Ledger["set"] = (column, value) => {
    this.file.write(this.seatWord + seat.metrics + column, value);
  };

  readonly observe = (histogram: Histogram, value: number): void => {
    const { buckets, column } = histogram;
    let bucket = 0;
    while (bucket < buckets.length && value > (buckets[bucket] ?? 0)) bucket++;
    this.count(column + bucket, 1);
    this.count(column + buckets.length + 1, value);
  };

  readonly close: Ledger["close"] = () => {
    for (let attempt = 0; this.waiting.length > 0 && attempt < closingAttempts; attempt++) this.settleWaiting();
    clearTimeout(this.retry);
    releaseSeat(this.file, this.seatWord);
  };

  /** The part inside the lock: all entries with their effective periods, or who refused. */
  private take(word: number, entries: readonly HoldEntry[]): Taking {
    const { file, transaction } = this;
    // A file that has grown is mapped again here, not inside the lock.
    for (const entry of entries) file.slotWord(entry.slot);
    if (!transaction.begin()) {
      this.count(metrics.ledgerBusy.column, 1);
      return { ok: false, refusedBy: "busy" };
    }
    const refusedBy = this.firstRefusal(entries);
    if (refusedBy !== undefined) {
      transaction.abandon();
      return { ok: false, refusedBy };
    }
    const held = entries.map((entry, index) => this.stageEntry(word, entry, index));
    transaction.stage(word + row.phase, rowPhase.firstTaken);
    transaction.commit();
    return { ok: true, held };
  }

  private firstRefusal(entries: readonly HoldEntry[]): Refusal | undefined {
    for (const entry of entries) {
      const slotWord = slotWordOf(this.file, entry);
      if (slotWord === undefined) return "stale-slot";
      if (!slotAdmits(this.file, slotWord, entry.period, entry.amount)) return entry;
    }
    return undefined;
  }

  private stageEntry(word: number, entry: HoldEntry, index: number): HoldEntry {
    const slotWord = this.file.slotWord(entry.slot);
    const period = effectivePeriod(this.file, slotWord, entry.period);
    stageHold(this.transaction, slotWord, period, entry.amount);
    if (period === entry.period) return entry;
    writeEntryPeriod(this.file, word, index, period);
    return { ...entry, period };
  }

  private refuse(refusedBy: Refusal) {
    this.count(metrics.ledgerRefusals.column, 1);
    return { ok: false, refusedBy } as const;
  }

  private settleNow(hold: Hold, charges: readonly Charge[]): boolean {
    const outcome = settleRow(this.transaction, rowWord(this.seatWord, hold.row), hold.ticket, charges);
    if (outcome === "settled") this.freeRows.push(hold.row);
    return outcome !== "busy";
  }

  private readonly settleWaiting = (): void => {
    clearTimeout(this.retry);
    this.retry = undefined;
    while (this.waiting[0] !== undefined) {
      if (!this.settleNow(this.waiting[0].hold, this.waiting[0].charges)) {
        this.retry = setTimeout(this.settleWaiting, retryMs);
        return;
      }
      this.waiting.shift();
    }
  };
}
