import type { Clock } from "#core/clock";
import { costOf } from "#core/cost";
import { type Demand, nothingDemanded } from "#core/demand";
import type { GatewayError } from "#core/errors";
import type { InferenceRequest, RateLimitFacts } from "#core/inference";
import type { Limit } from "#core/limit";
import type { NanoDollars, Price } from "#core/money";
import { priceAt } from "#core/price";
import type { AttemptRecord, RequestRecord } from "#core/record";
import type { Settings, Snapshot, VirtualKey } from "#core/snapshot";
import type { Target } from "#core/target";
import { addUsage, inputTotal, outputTotal, type Usage } from "#core/usage";
import type { Claim, Content, Journal } from "#journal/journal";
import type { Ledger } from "#ledger/ledger";
import type { SdkReader } from "./client-sdk";
import { Holding, type LimitClock, type PeriodFinder } from "./holding";
import type { Coverage, Principal, PrincipalFinder } from "./limit-finder";
import { requireKnownCost } from "./policy";
import { rateLimitsOf, refusedRateLimit } from "./rate-limit-facts";
import { refusalError } from "./refusal";
import type { RequestMetrics } from "./request-metrics";
import { writeRecord } from "./request-record";
import { freeOfCharge, type WorstCase, worstCase } from "./worst-case";

/** What an account needs of the worker. */
export type AccountServices = {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly worker: number;
  readonly metrics: RequestMetrics;
  readonly principalOf: PrincipalFinder;
  readonly periodOf: PeriodFinder;
  readonly sdkOf: SdkReader;
  /** Told what the last attempt used, for the account of its target. */
  readonly used: (target: Target, usage: Usage, cost: NanoDollars) => void;
};

/** Asked for only where there are limits. */
const noClock: LimitClock = { nowMs: 0, machineMs: 0 };

/** Whose request it is, and the room in the journal that its record has. */
export type Opening = {
  readonly id: string;
  readonly inference: InferenceRequest;
  readonly key: VirtualKey | undefined;
  readonly snapshot: Snapshot;
  /** Absent when the journal is broken and `on_journal_failure` says to go on without it. */
  readonly claim: Claim | undefined;
  /** No provider charges for it: nothing is held. */
  readonly isFree: boolean;
};

/** What was asked for. */
export type Description = {
  readonly askedModel: string;
  readonly stream: boolean;
  readonly requestBytes: number;
  /** What is charged where nobody tells: estimated. */
  readonly inputTokens: number;
  /** Asked for once something depends on it: it may have to look into the body. */
  readonly demand: () => Demand;
};

export type Ending = {
  readonly outcome: RequestRecord["outcome"];
  readonly status: number;
  readonly error?: GatewayError;
};

/**
 * The running account of one request. Every attempt is admitted here before it is made: held against all limits that
 * cover its target, in addition to what earlier attempts used. Collects what the record will say, and closes exactly
 * once: journal first, then the ledger, so that a crash in between is settled from the record.
 */
export class Account {
  readonly id: string;
  readonly inference: InferenceRequest;
  readonly key: VirtualKey | undefined;
  readonly attempts: AttemptRecord[] = [];
  /** Of the last attempt. */
  target: Target | undefined;
  stream = false;
  /** Of the last attempt; what earlier ones used is told by `failed`. */
  usage: Usage | undefined;
  /** The tier that the provider says it served. */
  serviceTier: string | undefined;
  finishReason: string | undefined;
  dropped: readonly string[] = [];
  firstTokenMs: number | undefined;
  /** Waiting for providers, and between attempts on purpose. */
  upstreamMs = 0;
  askedModel: string | undefined;
  requestBytes = 0;
  /** What the last attempt's target probably read, where nobody tells. */
  estimatedInput = 0;
  responseBytes = 0;
  /** Bodies to keep, by policy. */
  content: Content | undefined;
  readonly startedAtMs: number;
  private readonly claim: Claim | undefined;
  private readonly isFree: boolean;
  // Not the whole snapshot: a stream would keep it for as long as it lasts.
  private readonly settings: Settings;
  private readonly startedMonotonicMs: number;
  private readonly principal: Principal;
  private readonly holding: Holding;
  private described: Description | undefined;
  private demanded: Demand | undefined;
  private price: Price | undefined;
  /** Of the last attempt's target. */
  private healthRow = -1;
  /** Of the last attempt, all answers together; known where tokens or money are limited. */
  private outputLimit = Number.POSITIVE_INFINITY;
  private lastPriced: { readonly usage: Usage; readonly cost: NanoDollars } | undefined;
  /** Of failed attempts, and whether one of them has no price. */
  private spentUsage: Usage | undefined;
  private spentCost: NanoDollars = 0;
  private spentUnpriced = false;
  private refusedLimits: RateLimitFacts | undefined;
  private closing: Promise<void> | undefined;
  private onClosed: (() => void) | undefined;

  constructor(
    { id, inference, key, snapshot, claim, isFree }: Opening,
    private readonly services: AccountServices,
  ) {
    this.id = id;
    this.inference = inference;
    this.key = key;
    this.claim = claim;
    this.isFree = isFree;
    this.settings = snapshot.settings;
    this.startedAtMs = services.clock.nowMs();
    this.startedMonotonicMs = services.clock.monotonicMs();
    this.principal = services.principalOf(key, snapshot);
    this.holding = new Holding(this, this.principal, services.ledger, services.periodOf);
  }

  /** Whether an attempt was admitted, so that there will be a record. */
  get isAdmitted(): boolean {
    return this.holding.hold !== undefined;
  }

  describe(description: Description): void {
    this.described = description;
    this.askedModel = description.askedModel;
    this.stream = description.stream;
    this.requestBytes = description.requestBytes;
    this.estimatedInput = description.inputTokens;
  }

  get elapsedMs(): number {
    return this.services.clock.monotonicMs() - this.startedMonotonicMs;
  }

  /**
   * Holds the next attempt, at a target or (undefined) by the gateway itself. Throws `budget_exceeded`, `rate_limited`,
   * `too_many_concurrent`, `policy_denied` or `overloaded`; what was held before stays, and another target may be
   * tried. `healthRow` tells recovery which target it was.
   */
  admit(target: Target | undefined, healthRow = -1): void {
    const { principal, holding, startedAtMs } = this;
    const coverage = target === undefined ? principal.anywhere : principal.covering(target);
    const price = priceAt(target?.facts?.prices, startedAtMs);
    const worst = target === undefined || this.isFree ? freeOfCharge : this.worstCaseAt(target, price, coverage);
    const wasAdmitted = this.isAdmitted;
    const clock = coverage.limits.length > 0 || wasAdmitted ? this.limitClock() : noClock;
    const refused = holding.take(coverage, worst, clock);
    if (refused !== undefined) {
      const { refusal, limit } = refused;
      if (refusal.reason === "no-room" && limit?.kind === "rate") {
        this.refusedLimits = refusedRateLimit(limit, refusal, clock);
      }
      throw refusalError(refused, clock, this.services.periodOf);
    }
    if (!wasAdmitted) this.services.metrics.admitted();
    this.refusedLimits = undefined;
    this.target = target;
    this.price = price;
    this.outputLimit = coverage.isMetered ? worst.outputTokens : Number.POSITIVE_INFINITY;
    this.usage = undefined;
    this.serviceTier = undefined;
    this.healthRow = healthRow;
    if (target === undefined) return;
    this.estimatedInput = this.estimateInput(target, coverage.isMetered ? worst : undefined);
    this.expose(this.isFree ? 0 : this.estimatedInput);
  }

  /** Notes what an attempt that came to nothing is charged, if anything. Gives its cost, where its price is known. */
  failed(target: Target, usage: Usage | undefined): NanoDollars | undefined {
    const cost = usage === undefined ? undefined : this.spend(target, usage);
    // Until another attempt is admitted, what was used so far is all that there is to charge.
    this.expose(0);
    return cost;
  }

  private spend(target: Target, usage: Usage): NanoDollars | undefined {
    const price = priceAt(target.facts?.prices, this.startedAtMs);
    const cost = price === undefined ? undefined : costOf(usage, price);
    this.holding.spend(inputTotal(usage) + outputTotal(usage), cost ?? 0);
    this.spentUsage = this.spentUsage === undefined ? usage : addUsage(this.spentUsage, usage);
    if (cost === undefined) this.spentUnpriced = true;
    else this.spentCost += cost;
    return cost;
  }

  /** The last attempt is made: nothing of the request's body is needed any more, and a stream may last for an hour. */
  answered(): void {
    this.described = undefined;
  }

  sawToken(): void {
    this.firstTokenMs ??= Math.round(this.elapsedMs);
  }

  /** Notes how much was relayed, for the case that this process dies before it can say more. */
  relayed(outputTokens: number): void {
    const { hold } = this.holding;
    if (hold !== undefined) this.services.ledger.progress(hold, "relaying", outputTokens);
  }

  /** Of all attempts together; undefined while none is known. */
  get totalUsage(): Usage | undefined {
    const { spentUsage, usage } = this;
    if (spentUsage === undefined || usage === undefined) return usage ?? spentUsage;
    return addUsage(spentUsage, usage);
  }

  /** The cost so far, of all attempts together; undefined while usage or a price is unknown. */
  get cost(): NanoDollars | undefined {
    if (this.spentUnpriced || (this.usage === undefined && this.spentUsage === undefined)) return undefined;
    if (this.usage === undefined) return this.spentCost;
    const last = this.lastCost();
    return last === undefined ? undefined : this.spentCost + last;
  }

  /** The version of the price that the last attempt is charged by. */
  get priceVersion(): string | undefined {
    return this.totalUsage === undefined ? undefined : this.price?.version;
  }

  /** The limits that the request is held against. */
  limits(): readonly Limit[] {
    return this.holding.limits();
  }

  /** The tightest rate limits, for headers: what they have left, or what the one that refused has. */
  rateLimits(): RateLimitFacts | undefined {
    const { hold } = this.holding;
    if (this.refusedLimits !== undefined || hold === undefined) return this.refusedLimits;
    const limits = this.holding.limits();
    return limits.length === 0 ? undefined : rateLimitsOf(hold, limits, this.limitClock());
  }

  /**
   * Writes the record, then settles. Every call after the first waits for the first. Rejects when the journal cannot.
   * A request that was never admitted leaves no record: its room goes back, and its refusal is counted.
   */
  close(ending: Ending): Promise<void> {
    if (this.closing === undefined) {
      this.closing = this.isAdmitted ? this.write(ending) : this.leave(ending);
      if (this.onClosed !== undefined) this.whenClosed(this.onClosed);
    }
    return this.closing;
  }

  /** Calls back once the account is closed. */
  whenClosed(onClosed: () => void): void {
    if (this.closing === undefined) this.onClosed = onClosed;
    else void this.closing.then(onClosed, onClosed);
  }

  private async leave({ error }: Ending): Promise<void> {
    const { claim } = this;
    if (claim !== undefined) this.services.journal.release(claim);
    if (error !== undefined) this.services.metrics.refused(error);
  }

  private async write(ending: Ending): Promise<void> {
    const { claim, holding, services } = this;
    const usage = this.usage && withinLimit(this.usage, this.outputLimit);
    this.usage = usage;
    if (usage !== undefined) holding.spend(inputTotal(usage) + outputTotal(usage), this.lastCost() ?? 0);
    let charges = holding.charges();
    const { elapsedMs } = this;
    const record = writeRecord(this, ending, {
      worker: services.worker,
      customer: this.principal.customer,
      sdkOf: services.sdkOf,
      charges,
      elapsedMs,
    });
    try {
      if (claim !== undefined) await services.journal.append(claim, record);
    } catch (cause) {
      if (this.settings.onJournalFailure !== "continue") {
        // The client is told of a failure, and a charge without a record could never be explained.
        charges = [];
        throw cause;
      }
    } finally {
      if (holding.hold !== undefined) services.ledger.settle(holding.hold, charges);
      services.metrics.finished(record, elapsedMs - this.upstreamMs);
      if (usage !== undefined && this.target !== undefined) services.used(this.target, usage, this.lastCost() ?? 0);
    }
    if (this.content !== undefined) services.journal.appendContent(this.id, this.content);
  }

  private worstCaseAt(target: Target, price: Price | undefined, coverage: Coverage): WorstCase {
    if (price !== undefined && !coverage.isMetered) return freeOfCharge;
    const { settings } = this;
    const demand = () => this.demand();
    requireKnownCost(target, price, coverage, { key: this.key, settings }, demand);
    return coverage.isMetered ? worstCase(demand(), target, price, settings) : freeOfCharge;
  }

  private demand(): Demand {
    this.demanded ??= this.described?.demand() ?? nothingDemanded;
    return this.demanded;
  }

  /** Never more than the target can have read, nor than was held for: no estimate may pass a hard limit. */
  private estimateInput({ facts }: Target, held: WorstCase | undefined): number {
    const likely = this.demanded?.likelyInputTokens ?? this.described?.inputTokens ?? 0;
    const context = facts?.contextTokens ?? this.settings.defaultContextTokens;
    return Math.min(likely, context, held === undefined ? context : held.tokens - held.outputTokens);
  }

  /** Tells recovery what to charge if this process dies from here on: so much input of the attempt that runs. */
  private expose(inputTokens: number): void {
    const { price, spentUsage } = this;
    const { hold } = this.holding;
    if (hold === undefined) return;
    this.services.ledger.expose(hold, {
      inputTokens,
      inputRate: price?.input ?? 0,
      outputRate: price?.output ?? 0,
      spentTokens: spentUsage === undefined ? 0 : inputTotal(spentUsage) + outputTotal(spentUsage),
      spent: this.spentCost,
      target: this.healthRow,
    });
  }

  /** Of the last attempt. Asked for by charges, record and headers. */
  private lastCost(): NanoDollars | undefined {
    const { price, usage } = this;
    if (price === undefined || usage === undefined) return undefined;
    if (this.lastPriced?.usage !== usage) {
      this.lastPriced = { usage, cost: costOf(usage, price, this.serviceTier) };
    }
    return this.lastPriced.cost;
  }

  private limitClock(): LimitClock {
    const { clock } = this.services;
    return { nowMs: clock.nowMs(), machineMs: clock.machineMs() };
  }
}

/** An estimate must not charge what the provider could not have given: the limit that was held for. */
function withinLimit(usage: Usage, outputLimit: number): Usage {
  const excess = outputTotal(usage) - outputLimit;
  return usage.estimated && excess > 0 ? { ...usage, output: Math.max(0, usage.output - excess) } : usage;
}
