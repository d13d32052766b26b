import type { Charge } from "#core/record";
import { mergeCharges } from "./charges";
import { openHealthTable } from "./health-table";
import { phaseValue, readHoldPhase, writeExposure, writeHoldRow } from "./hold-row";
import { row, rowPhase, workerArea } from "./layout";
import type { CrashPoint, Hold, Ledger, Refusal } from "./ledger";
import { LedgerFile } from "./ledger-file";
import type { Histogram } from "./metric-kinds";
import { metrics } from "./metric-layout";
import { ownerWord } from "./owner";
import { settleRow } from "./settle-row";
import { rulesOf, slotWordOf } from "./slot";
import { countRefusal } from "./slot-refusals";
import { retakeHold, takeHold } from "./take-hold";
import { Transaction } from "./transaction";
import { claimArea, noteRowUsed, releaseArea, rowWord } from "./worker-area";

export type LedgerWorker = {
  readonly worker: number;
  readonly generation: number;
  /** Milliseconds since the epoch; absent: the system's clock. */
  readonly nowMs?: () => number;
  /** Tests only. */
  readonly crashPoint?: CrashPoint;
};

const noLabel = new Uint8Array(0);
const retryMs = 1;
/** About 100 ms, see `lock.ts`; what is left then is for recovery. */
const closingAttempts = 100;

/** Opens the ledger as a worker: maps the file and takes a worker area. Throws when there is none, or the file is not usable. */
export function openLedger(path: string, worker: LedgerWorker): Ledger {
  const file = new LedgerFile(path, ownerWord({ role: "worker", ...worker }), worker);
  return new WorkerLedger(file, claimArea(file));
}

class WorkerLedger implements Ledger {
  readonly health: Ledger["health"];
  private readonly file: LedgerFile;
  private readonly areaWord: number;
  private readonly transaction: Transaction;
  private readonly freeRows = Array.from(
    { length: workerArea.rowCount },
    (_, index) => workerArea.rowCount - 1 - index,
  );
  /** Settlements that met a lock which could not be had; bounded by the number of rows. */
  private waiting: { readonly hold: Hold; readonly charges: readonly Charge[] }[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(file: LedgerFile, areaWord: number) {
    this.file = file;
    this.areaWord = areaWord;
    this.transaction = new Transaction(file);
    this.health = openHealthTable(file);
  }

  readonly reserve: Ledger["reserve"] = (id, asked, label = noLabel) => {
    const entries = mergeCharges(asked);
    if (label.length > row.maxLabelBytes) {
      throw new RangeError(`Cannot keep a label of ${label.length} bytes: at most ${row.maxLabelBytes} are possible`);
    }
    const index = this.freeRows.pop();
    if (index === undefined) return this.refuse({ reason: "no-row" });
    noteRowUsed(this.file, this.areaWord, index);
    const word = rowWord(this.areaWord, index);
    const ticket = writeHoldRow(this.file, word, { id, label }, entries);
    this.file.crashPoint("row-written");
    const taken = takeHold(this.transaction, word, entries);
    if (taken.ok) return { ok: true, hold: { row: index, ticket, entries: taken.entries, remaining: taken.remaining } };
    this.file.write(word + row.phase, rowPhase.free);
    this.freeRows.push(index);
    return this.refuse(taken.refusal);
  };

  readonly adjust: Ledger["adjust"] = (hold, asked) => {
    const entries = mergeCharges(asked);
    const word = this.takenRow(hold);
    if (word === undefined) throw new Error("Cannot adjust what a request holds: it has been settled already");
    const taken = retakeHold(this.transaction, word, entries);
    if (!taken.ok) return this.refuse(taken.refusal);
    return { ok: true, hold: { ...hold, entries: taken.entries, remaining: taken.remaining } };
  };

  readonly room: Ledger["room"] = (entry, own) => {
    const word = slotWordOf(this.file, entry);
    if (word === undefined) return undefined;
    const { allowance, charged, held } = rulesOf(entry.slot).balance(this.file, word, entry.period, own);
    return { allowance, charged, held };
  };

  readonly expose: Ledger["expose"] = (hold, exposure) => {
    const word = this.takenRow(hold);
    if (word === undefined) return;
    writeExposure(this.file, word, exposure);
    if (readHoldPhase(this.file, word) === "reserved") this.file.write(word + row.phase, phaseValue("sent"));
  };

  readonly progress: Ledger["progress"] = (hold, phase, output) => {
    const word = this.takenRow(hold);
    if (word === undefined) return;
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
    const word = this.areaWord + workerArea.metrics + column;
    this.file.write(word, this.file.read(word) + amount);
  };

  readonly countRefusal: Ledger["countRefusal"] = ({ index, tag }, kind) => countRefusal(this.file, index, tag, kind);

  readonly set: Ledger["set"] = (column, value) => {
    this.file.write(this.areaWord + workerArea.metrics + column, value);
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
    releaseArea(this.file, this.areaWord);
  };

  /** The first word of a hold's row, unless that has ended. */
  private takenRow({ row: index, ticket }: Hold): number | undefined {
    const word = rowWord(this.areaWord, index);
    const isTaken = this.file.read(word + row.ticket) === ticket && readHoldPhase(this.file, word) !== undefined;
    return isTaken ? word : undefined;
  }

  private refuse(refusal: Refusal) {
    this.count(metrics.ledgerRefusals.column, 1);
    if (refusal.reason === "busy") this.count(metrics.ledgerBusy.column, 1);
    return { ok: false, refusal } as const;
  }

  private settleNow(hold: Hold, charges: readonly Charge[]): boolean {
    const outcome = settleRow(this.transaction, rowWord(this.areaWord, hold.row), hold.ticket, charges);
    if (outcome === "settled") this.freeRows.push(hold.row);
    return outcome !== "busy";
  }

  private readonly settleWaiting = (): void => {
    clearTimeout(this.retry);
    this.retry = undefined;
    try {
      while (this.waiting[0] !== undefined) {
        if (!this.settleNow(this.waiting[0].hold, this.waiting[0].charges)) break;
        this.waiting.shift();
      }
    } catch (error) {
      // One that cannot be settled at all is left to recovery; those behind it are not held up.
      this.waiting.shift();
      throw error;
    } finally {
      if (this.waiting.length > 0) this.retry = setTimeout(this.settleWaiting, retryMs);
    }
  };
}
