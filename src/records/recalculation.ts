import { setTimeout } from "node:timers/promises";
import { costOf } from "#core/cost";
import type { DatedPrice, Price } from "#core/money";
import { priceAt, pricesTier } from "#core/price";
import type { AttemptRecord, RequestRecord } from "#core/record";
import type { Usage } from "#core/usage";
import type { LogFilter } from "#store/log/log-filter";
import type { Correction, LogStore } from "#store/log/log-store";

export type RecalculationOrder = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly filters: readonly LogFilter[];
  /** Only counts what would change. */
  readonly dryRun: boolean;
};

export type Progress = {
  state: "running" | "done" | "failed";
  looked: number;
  changed: number;
  /** Records whose usage or price is unknown. */
  unpriced: number;
  /** New costs minus old ones, nano-dollars; a record that was unpriced had cost nothing. */
  difference: bigint;
  /** Start of the last record that was looked at. */
  atMs?: number;
  error?: string;
};

export type PricesOf = (provider: string, model: string) => readonly DatedPrice[] | undefined;

const pageSize = 200;
/** Between two steps, so that ingestion and queries get their turn. */
const pauseMs = 20;

/** Goes through the records of an order, oldest first, and writes a correction beside each whose cost is another today. */
export async function recalculate(
  order: RecalculationOrder,
  progress: Progress,
  parts: {
    readonly logs: LogStore;
    readonly pricesOf: PricesOf;
    readonly nowMs: () => number;
  },
): Promise<void> {
  const { fromMs, toMs, filters, dryRun } = order;
  for (let after: string | undefined, more = true; more; ) {
    const range = { fromMs, toMs, filters, limit: pageSize, order: "oldest" } as const;
    const page = await parts.logs.list({ ...range, ...(after !== undefined && { after }) });
    const before = new Map(page.corrections.map((correction) => [correction.id, correction]));
    const corrections = page.data.flatMap((record) => {
      progress.looked += 1;
      progress.atMs = record.startedAtMs;
      const priced = priceRecord(record, parts.pricesOf);
      if (priced === undefined) progress.unpriced += 1;
      const said = before.get(record.id)?.newCost ?? record.cost;
      if (priced === undefined || priced.cost === said) return [];
      progress.difference += BigInt(priced.cost) - BigInt(said ?? 0);
      return [correctionOf(record, priced, parts.nowMs())];
    });
    progress.changed += corrections.length;
    if (!dryRun && corrections.length > 0) await parts.logs.correct(corrections);
    after = page.next;
    more = after !== undefined;
    if (more) await setTimeout(pauseMs);
  }
}

type Priced = { readonly cost: number; readonly version: string };

/** What the request would cost by prices of today for its day: each attempt at its own target's price. */
export function priceRecord(record: RequestRecord, pricesOf: PricesOf): Priced | undefined {
  const { provider, model, usage, startedAtMs, serviceTier, attempts } = record;
  if (usage === undefined || provider === undefined || model === undefined) return undefined;
  const priceOf = (target: { provider: string; model: string }): Price | undefined =>
    priceAt(pricesOf(target.provider, target.model), startedAtMs);
  const price = priceOf({ provider, model });
  if (price === undefined || !pricesTier(price, serviceTier)) return undefined;
  const failed = attempts.filter(isCharged);
  const earlier = failed.map((attempt) => ({ usage: attempt.usage, price: priceOf(attempt) }));
  let cost = 0;
  for (const attempt of earlier) {
    if (attempt.price === undefined) return undefined;
    cost += costOf(attempt.usage, attempt.price);
  }
  const last = earlier.reduce((left, attempt) => subtract(left, attempt.usage), usage);
  // Where every attempt failed, theirs is all there is.
  if (earlier.length === 0 || !isNothing(last)) cost += costOf(last, price, serviceTier);
  return { cost, version: price.version };
}

function isCharged(attempt: AttemptRecord): attempt is AttemptRecord & { readonly usage: Usage } {
  return attempt.usage !== undefined;
}

function subtract(from: Usage, usage: Usage): Usage {
  return {
    input: from.input - usage.input,
    cacheRead: from.cacheRead - usage.cacheRead,
    cacheWrite: from.cacheWrite - usage.cacheWrite,
    cacheWrite1h: from.cacheWrite1h - usage.cacheWrite1h,
    inputAudio: from.inputAudio - usage.inputAudio,
    inputImage: from.inputImage - usage.inputImage,
    output: from.output - usage.output,
    reasoning: from.reasoning - usage.reasoning,
    outputAudio: from.outputAudio - usage.outputAudio,
    outputImage: from.outputImage - usage.outputImage,
    searches: from.searches - usage.searches,
    estimated: from.estimated,
  };
}

function isNothing({ estimated: _, ...counts }: Usage): boolean {
  return Object.values(counts).every((count) => count === 0);
}

function correctionOf({ id, cost, priceVersion }: RequestRecord, priced: Priced, atMs: number): Correction {
  return {
    id,
    atMs,
    ...(cost !== undefined && { oldCost: cost }),
    ...(priceVersion !== undefined && { oldPriceVersion: priceVersion }),
    newCost: priced.cost,
    newPriceVersion: priced.version,
  };
}
