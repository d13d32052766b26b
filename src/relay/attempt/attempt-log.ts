import type { Clock } from "#core/clock";
import type { AttemptRecord } from "#core/record";
import type { Target } from "#core/target";
import type { AttemptSpending } from "#governance/spending";
import type { AttemptFailure } from "#routing/attempt";

type MonotonicClock = Pick<Clock, "monotonicMs">;

/** The attempts of one request, for its record. */
export class AttemptLog {
  private readonly entries: AttemptEntry[] = [];

  /** `startedMs`: when the request started, by the same clock. */
  constructor(
    private readonly clock: MonotonicClock,
    private readonly startedMs: number,
  ) {}

  begin(target: Target): AttemptEntry {
    const entry = new AttemptEntry(this.clock, target, this.startedMs);
    this.entries.push(entry);
    return entry;
  }

  /** In the order in which they began. */
  records(): readonly AttemptRecord[] {
    const records: AttemptRecord[] = [];
    for (const { record } of this.entries) records.push(record);
    return records;
  }

  /** Time that the attempts took together. */
  durationMs(): number {
    let total = 0;
    for (const entry of this.entries) total += entry.durationMs;
    return total;
  }
}

type Draft = { -readonly [Field in keyof AttemptRecord]: AttemptRecord[Field] };

/** One attempt: it ends, and where it failed, what that cost and what came next is noted too. */
export class AttemptEntry {
  /** By `Clock.monotonicMs`. */
  readonly startedMs: number;
  private readonly draft: Draft;
  private tookMs = 0;

  constructor(
    private readonly clock: MonotonicClock,
    { provider, model, key }: Target,
    requestStartedMs: number,
  ) {
    this.startedMs = clock.monotonicMs();
    this.draft = { provider: provider.id, model, providerKey: key.name, durationMs: 0 };
    this.draft.startMs = Math.round(this.startedMs - requestStartedMs);
  }

  get record(): AttemptRecord {
    return this.draft;
  }

  get durationMs(): number {
    return this.tookMs;
  }

  /** It answered, or came to nothing. `latencyMs` is the time to its headers or first token. */
  end(status: number | undefined, latencyMs: number | undefined): void {
    this.tookMs = this.clock.monotonicMs() - this.startedMs;
    this.draft.durationMs = Math.round(this.tookMs);
    if (status !== undefined) this.draft.status = status;
    if (latencyMs !== undefined) this.draft.latencyMs = Math.round(latencyMs);
  }

  /** Its first token came after it had ended as answered. */
  sawFirstToken(): number {
    const latencyMs = this.clock.monotonicMs() - this.startedMs;
    this.draft.latencyMs = Math.round(latencyMs);
    return latencyMs;
  }

  failed({ error, failureClass }: AttemptFailure, spending: AttemptSpending | undefined): void {
    this.draft.error = error.code;
    this.draft.errorClass = failureClass;
    if (spending === undefined) return;
    this.draft.usage = spending.usage;
    if (spending.cost !== undefined) this.draft.cost = spending.cost;
  }

  /** What came after it and why. */
  next(step: string): void {
    this.draft.next = step;
  }
}
