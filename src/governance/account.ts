import type { Call } from "#core/call";
import type { Clock } from "#core/clock";
import { costOf } from "#core/cost";
import type { GatewayError } from "#core/errors";
import type { NanoDollars } from "#core/money";
import type { AttemptRecord, RequestRecord } from "#core/record";
import type { VirtualKey } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Claim, Content, Journal } from "#journal/journal";
import type { Hold, Ledger } from "#ledger/ledger";
import type { RequestMetrics } from "./request-metrics";

/** What an account needs of the worker. */
export type AccountServices = {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly worker: number;
  readonly metrics: RequestMetrics;
};

/** What was reserved for a request before anything was sent. */
export type Reserved = {
  readonly hold: Hold;
  /** Absent when the journal is broken and `on_journal_failure` says to go on without it. */
  readonly claim: Claim | undefined;
  readonly mayGoUnrecorded: boolean;
};

export type Ending = {
  readonly outcome: RequestRecord["outcome"];
  readonly status: number;
  readonly error?: GatewayError;
};

/**
 * The running account of one admitted request. Collects what the record will say, and closes it exactly once: journal
 * first, then the ledger, so that a crash in between is settled from the record.
 */
export class Account {
  readonly attempts: AttemptRecord[] = [];
  target: Target | undefined;
  stream = false;
  usage: Usage | undefined;
  finishReason: string | undefined;
  dropped: readonly string[] = [];
  firstTokenMs: number | undefined;
  upstreamMs = 0;
  requestBytes = 0;
  responseBytes = 0;
  /** Bodies to keep, by policy. */
  content: Content | undefined;
  private closing: Promise<void> | undefined;
  private askedModel: string | undefined;
  private readonly startedAtMs: number;
  private readonly startedMonotonicMs: number;

  constructor(
    readonly id: string,
    readonly call: Call,
    readonly key: VirtualKey | undefined,
    private readonly reserved: Reserved,
    private readonly services: AccountServices,
  ) {
    this.startedAtMs = services.clock.nowMs();
    this.startedMonotonicMs = services.clock.monotonicMs();
    services.metrics.admitted();
  }

  /** Notes what was asked for. */
  describe(envelope: { readonly model: string; readonly stream: boolean }, requestBytes: number): void {
    this.askedModel = envelope.model;
    this.stream = envelope.stream;
    this.requestBytes = requestBytes;
  }

  get elapsedMs(): number {
    return this.services.clock.monotonicMs() - this.startedMonotonicMs;
  }

  /** The cost so far; undefined while usage or price is unknown. */
  get cost(): NanoDollars | undefined {
    const price = this.target?.facts?.price;
    return price === undefined || this.usage === undefined ? undefined : costOf(this.usage, price);
  }

  sent(): void {
    this.services.ledger.progress(this.reserved.hold, "sent", 0);
  }

  sawToken(): void {
    this.firstTokenMs ??= Math.round(this.elapsedMs);
  }

  /** Notes how much was relayed, for the case that this process dies before it can say more. */
  relayed(outputTokens: number): void {
    this.services.ledger.progress(this.reserved.hold, "relaying", outputTokens);
  }

  /** Writes the record, then settles. Every call after the first waits for the first. Rejects when the journal cannot. */
  close(ending: Ending): Promise<void> {
    this.closing ??= this.write(ending);
    return this.closing;
  }

  private async write(ending: Ending): Promise<void> {
    const record = this.record(ending);
    const { claim } = this.reserved;
    let charges = record.charges;
    try {
      if (claim !== undefined) await this.services.journal.append(claim, record);
    } catch (cause) {
      if (!this.reserved.mayGoUnrecorded) {
        // The client is told of a failure, and a charge without a record could never be explained.
        charges = [];
        throw cause;
      }
    } finally {
      this.services.ledger.settle(this.reserved.hold, charges);
      this.services.metrics.finished(record);
    }
    if (this.content !== undefined) this.services.journal.appendContent(this.id, this.content);
  }

  private record(ending: Ending): RequestRecord {
    const { call, key, target, usage, cost } = this;
    // Assigned field by field: a spread of an object for each optional one costs 2 µs a request.
    const record: Draft<RequestRecord> = {
      id: this.id,
      requestId: call.requestId ?? this.id,
      startedAtMs: this.startedAtMs,
      durationMs: Math.round(this.elapsedMs),
      upstreamMs: Math.round(this.upstreamMs),
      worker: this.services.worker,
      dialect: call.dialect,
      endpoint: call.endpoint,
      attempts: this.attempts,
      stream: this.stream,
      status: ending.status,
      outcome: ending.outcome,
      charges: this.reserved.hold.entries,
      userAgent: call.header("user-agent") ?? "",
      requestBytes: this.requestBytes,
      responseBytes: this.responseBytes,
    };
    if (this.firstTokenMs !== undefined) record.firstTokenMs = this.firstTokenMs;
    if (this.askedModel !== undefined) record.askedModel = this.askedModel;
    if (this.finishReason !== undefined) record.finishReason = this.finishReason;
    if (this.dropped.length > 0) record.dropped = this.dropped;
    if (usage !== undefined) record.usage = usage;
    if (cost !== undefined) record.cost = cost;
    if (target !== undefined) {
      record.provider = target.provider.id;
      record.model = target.model;
    }
    if (key !== undefined) notePrincipal(record, key);
    if (ending.error !== undefined) noteError(record, ending.error);
    return record;
  }
}

type Draft<T> = { -readonly [Field in keyof T]: T[Field] };

function notePrincipal(record: Draft<RequestRecord>, key: VirtualKey): void {
  record.keyId = key.id;
  record.keyName = key.name;
  record.tags = key.tags;
  if (key.team !== undefined) record.team = key.team;
  if (key.customer !== undefined) record.customer = key.customer;
}

function noteError(record: Draft<RequestRecord>, error: GatewayError): void {
  record.errorCode = error.code;
  record.errorSource = error.source;
  record.errorMessage = error.message;
}
