import { setTimeout } from "node:timers/promises";
import type { RequestRecord } from "#core/record";
import type { LogStore } from "#store/log/log-store";
import type { FeedPage } from "#store/log/record-feed";
import type { Log } from "#telemetry/log";
import { createRetry, type Retry, type Sleep } from "./retry";
import type { Sink, StoredRecord } from "./sink";

export type SinkProgress = {
  readonly name: string;
  readonly delivered: number;
  /** Records that were deleted before the sink had them. */
  readonly missed: number;
  /** Stored records that it has not had, as far as known. */
  readonly left: number;
};

export type Sinks = {
  /** What each sink has had since the control plane started. */
  readonly progress: () => readonly SinkProgress[];
  readonly close: () => Promise<void>;
};

export type SinkParts = {
  readonly logs: Pick<LogStore, "feed" | "content">;
  readonly log: Pick<Log, "warn">;
  readonly sleep?: Sleep;
  /** At least 0, below 1. */
  readonly random?: () => number;
};

const batchRecords = 500;
/** Bodies are up to 1.3 MB a request. */
const batchRecordsWithContent = 16;
/** How long a sink that has everything waits before it looks again. */
const idleMs = 1000;
const deliveryTimeoutMs = 60_000;

/** Delivers to each sink what it has not had, until it is closed. Sinks that are no longer named lose their place. */
export function runSinks(sinks: readonly Sink[], parts: SinkParts): Sinks {
  const { logs, log, sleep = sleepFor, random = Math.random } = parts;
  const closing = new AbortController();
  const retry = createRetry({
    sleep,
    random,
    signal: closing.signal,
    onFailure: (fields, message) => log.warn(fields, message),
  });
  const services: Services = { logs, log, sleep, retry, signal: closing.signal };
  const retained = retry({}, "Cannot forget the sinks of before", () =>
    logs.feed.retain(sinks.map(({ name }) => name)),
  );
  const running = sinks.map((sink) => runSink(sink, services, retained));
  return {
    progress: () => running.map(({ progress }) => ({ ...progress })),
    close: async () => {
      closing.abort();
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
}

type Services = Required<Pick<SinkParts, "logs" | "log" | "sleep">> & {
  readonly retry: Retry;
  readonly signal: AbortSignal;
};

type Progress = { name: string; delivered: number; missed: number; left: number };

function runSink(sink: Sink, services: Services, ready: Promise<unknown>) {
  const { name } = sink;
  const { logs, log, sleep, retry, signal } = services;
  const progress: Progress = { name, delivered: 0, missed: 0, left: 0 };
  const limit = sink.withContent === true ? batchRecordsWithContent : batchRecords;
  const about = { sink: name };
  const step = async () => {
    const page = await retry(about, "Cannot read what a sink has not had", () => logs.feed.next(name, limit));
    if (page === undefined || isEmpty(page)) return sleep(idleMs, signal);
    const { records, missed, left, place } = page;
    if (missed > 0) log.warn({ ...about, missed }, "Records were deleted before a sink had them");
    const isDone = await retry(about, "A sink did not take its records; trying again", () =>
      deliver(sink, records, services),
    );
    if (isDone === undefined) return;
    await retry(about, "Cannot note what a sink has had", () => logs.feed.advance(name, place));
    progress.delivered += records.length;
    progress.missed += missed;
    progress.left = left;
  };
  const run = async () => {
    await ready;
    await retry(about, "Cannot give a sink its place in the log", () => logs.feed.open(name, sink.from));
    while (!signal.aborted) await step();
  };
  return { progress, ended: run() };
}

function isEmpty({ records, missed }: FeedPage): boolean {
  return records.length === 0 && missed === 0;
}

async function deliver(
  sink: Sink,
  records: readonly RequestRecord[],
  { logs, sleep, signal }: Services,
): Promise<true> {
  if (records.length === 0) return true;
  const batch: StoredRecord[] = [];
  for (const record of records) {
    const content = sink.withContent === true ? await logs.content.read(record.id) : undefined;
    batch.push({ record, ...(content !== undefined && { content }) });
  }
  const over = new AbortController();
  const delivery = sink.deliver(batch, AbortSignal.any([signal, over.signal])).then(() => true as const);
  const timeout = sleep(deliveryTimeoutMs, AbortSignal.any([signal, over.signal])).then(() => {
    throw new Error(`it took longer than ${deliveryTimeoutMs} ms`);
  });
  try {
    return await Promise.race([delivery, timeout]);
  } finally {
    over.abort();
    for (const left of [delivery, timeout]) left.catch(() => undefined);
  }
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
