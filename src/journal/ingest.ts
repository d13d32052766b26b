import type { Clock } from "#core/clock";
import type { RequestRecord } from "#core/record";
import type { FromThread, ToThread } from "./ingest-messages";
import type { Backlog } from "./ingester";
import type { JournalLog } from "./journal";

export type IngestOptions = {
  readonly directory: string;
  /** Of the stores whose log it goes into, see `openStores`. */
  readonly storesUrl: string;
  /**
   * Whether a worker may still write, or its death has not been recovered from yet (see `findRecords`). Its last
   * segments are kept until this says no.
   */
  readonly isWriterAlive: (generation: number, worker: number) => boolean;
  readonly clock: Clock;
  readonly log: JournalLog;
  readonly pollMs?: number;
};

export type IngestLag = Backlog & {
  readonly ms: number;
  /** Records that were journaled and could not be read back, since the thread was started. */
  readonly lost: number;
  /** How often the whole journal was gone through since the thread was started; 0: what waits there is not known yet. */
  readonly passes: number;
};

export type Ingest = {
  /** What is journaled and not yet in the log store, as of the last half second; `ms`: for how long without a break. */
  readonly lag: () => IngestLag;
  /** Calls `listener` with every ingested batch until the returned function is called. */
  readonly onBatch: (listener: (records: readonly RequestRecord[]) => void) => () => void;
  readonly close: () => Promise<void>;
};

const defaultPollMs = 100;
const restartDelayMs = 1000;
/** Without news for this long the thread counts as stuck, and the lag grows. */
const silenceMs = 2000;
/** How long a thread may take to finish its transaction; what it cannot finish it would do again. */
const stopTimeoutMs = 5000;

/** Ingests a journal directory in a thread of its own, for as long as the process lives. A thread that crashes is started again. */
export function startIngest(options: IngestOptions): Ingest {
  const { clock, log, isWriterAlive } = options;
  const listeners = new Set<(records: readonly RequestRecord[]) => void>();
  const lag = createLag(clock);
  const stopped = Promise.withResolvers<void>();
  let closing = false;
  let restart: ReturnType<typeof setTimeout> | undefined;

  const onMessage = (message: FromThread) => {
    switch (message.type) {
      case "is-alive": {
        const alive = isWriterAlive(message.generation, message.worker);
        return send({ type: "alive", question: message.question, alive });
      }
      case "batch":
        for (const listener of listeners) listener(message.records);
        return;
      case "lag":
        return lag.note(message);
      case "log":
        return log[message.level](message.fields, message.message);
      case "stopped":
        return stopped.resolve();
    }
  };
  const start = () => {
    const started = new Worker(new URL("./ingest-thread.ts", import.meta.url).href);
    started.onmessage = (event: MessageEvent<FromThread>) => onMessage(event.data);
    started.onerror = (event) => log.error({ error: event.message }, "The ingestion thread failed");
    started.addEventListener("close", () => {
      thread = undefined;
      if (closing) stopped.resolve();
      else restart = setTimeout(begin, restartDelayMs);
    });
    return started;
  };
  const begin = () => {
    try {
      thread = start();
    } catch (error) {
      log.error({ err: error }, "Cannot start the ingestion thread, trying again");
      restart = setTimeout(begin, restartDelayMs);
      return;
    }
    send({
      type: "start",
      directory: options.directory,
      storesUrl: options.storesUrl,
      pollMs: options.pollMs ?? defaultPollMs,
    });
    send({ type: "listen", on: listeners.size > 0 });
  };
  const send = (message: ToThread) => thread?.postMessage(message);
  let thread: Worker | undefined;
  begin();

  return {
    lag: lag.read,
    onBatch: (listener) => {
      listeners.add(listener);
      send({ type: "listen", on: true });
      return () => {
        listeners.delete(listener);
        send({ type: "listen", on: listeners.size > 0 });
      };
    },
    close: async () => {
      closing = true;
      clearTimeout(restart);
      if (thread === undefined) return;
      send({ type: "stop" });
      await Promise.race([stopped.promise, Bun.sleep(stopTimeoutMs)]);
      thread.terminate();
    },
  };
}

/** What the thread reported last. Where it has reported nothing for long, it counts as behind for that long. */
function createLag(clock: Clock) {
  let last: Extract<FromThread, { type: "lag" }> = {
    type: "lag",
    records: 0,
    bytes: 0,
    behindMs: 0,
    lostRecords: 0,
    passes: 0,
  };
  let notedAtMs = clock.monotonicMs();
  return {
    note: (report: typeof last) => {
      last = report;
      notedAtMs = clock.monotonicMs();
    },
    read: (): IngestLag => {
      const silentMs = clock.monotonicMs() - notedAtMs;
      const stuckMs = silentMs > silenceMs ? silentMs : 0;
      const { records, bytes, behindMs, lostRecords, passes } = last;
      return { records, bytes, ms: Math.max(behindMs, stuckMs), lost: lostRecords, passes };
    },
  };
}
