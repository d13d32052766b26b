import { setTimeout } from "node:timers/promises";
import { logSetAside, openStores } from "#store/open-stores";
import type { FromThread, ToThread } from "./ingest-messages";
import { createIngester, type Ingester } from "./ingester";
import type { JournalLog } from "./journal";

// The entry point of the ingestion thread: started by `startIngest`, talks to it in messages.
declare const self: Worker;

/** How a wait grows with each poll that finds nothing, and up to how many polls. */
const idleGrowth = 1.25;
const mostIdle = 4;
const backoffMs = { first: 250, last: 5000 };
const lagReportMs = 500;
const aliveForMs = 1000;

const questions = new Map<number, (alive: boolean) => void>();
/** When each writer, by generation and worker, was found alive last. */
const aliveAtMs = new Map<string, number>();
let listening = false;
let stop: (() => void) | undefined;

self.onmessage = (event: MessageEvent<ToThread>) => {
  const message = event.data;
  switch (message.type) {
    case "start":
      stop = run(message);
      return;
    case "alive":
      questions.get(message.question)?.(message.alive);
      questions.delete(message.question);
      return;
    case "listen":
      listening = message.on;
      return;
    case "stop":
      stop?.();
      return;
  }
};

function run({ directory, storesUrl, pollMs }: Extract<ToThread, { type: "start" }>): () => void {
  const ingester = createIngester({
    directory,
    openStore: () => openStores(storesUrl).logWriter((aside) => threadLog.error({ aside }, logSetAside)),
    isWriterAlive,
    onBatch: (records) => {
      if (listening) send({ type: "batch", records });
    },
    log: threadLog,
  });
  const stopping = new AbortController();
  let passes = 0;
  const pass = async (): Promise<boolean> => {
    const hasRead = await ingester.pass();
    passes++;
    return hasRead;
  };
  const reports = setInterval(
    createLagReport(ingester, () => passes),
    lagReportMs,
  );
  void loop(pass, pollMs, stopping.signal).then(() => {
    clearInterval(reports);
    ingester.close();
    send({ type: "stopped" });
  });
  return () => stopping.abort();
}

/**
 * Polls rather than watches: a file event for every write of every worker would cost more than it saves. Where nothing
 * comes it polls ever less often, down to a quarter.
 */
async function loop(pass: Ingester["pass"], pollMs: number, signal: AbortSignal): Promise<void> {
  let retryMs = backoffMs.first;
  // Whether there are listeners is known once the messages that wait have been read.
  await Bun.sleep(0);
  for (let waitMs = pollMs; !signal.aborted; ) {
    try {
      waitMs = (await pass()) ? pollMs : Math.min(waitMs * idleGrowth, pollMs * mostIdle);
      retryMs = backoffMs.first;
    } catch (error) {
      threadLog.warn({ error }, "Cannot ingest the journal; it is kept and tried again");
      waitMs = retryMs;
      retryMs = Math.min(retryMs * 2, backoffMs.last);
    }
    // Not a race with one promise of the stop, which would keep something of every turn.
    await setTimeout(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

function createLagReport(ingester: Ingester, passes: () => number): () => void {
  let behindSince: number | undefined;
  return () => {
    try {
      const { records, bytes } = ingester.backlog();
      behindSince = bytes === 0 ? undefined : (behindSince ?? performance.now());
      const behindMs = behindSince === undefined ? 0 : performance.now() - behindSince;
      send({ type: "lag", records, bytes, behindMs, lostRecords: ingester.lostRecords(), passes: passes() });
    } catch (error) {
      threadLog.warn({ error }, "Cannot measure the journal's backlog");
    }
  };
}

/**
 * No answer leaves a writer alive: its segments are only kept longer. So one that was alive a moment ago is not asked for
 * again, which every poll that finds nothing would do.
 */
async function isWriterAlive(generation: number, worker: number): Promise<boolean> {
  const writer = `${generation}:${worker}`;
  const nowMs = performance.now();
  if (nowMs - (aliveAtMs.get(writer) ?? Number.NEGATIVE_INFINITY) < aliveForMs) return true;
  const alive = await askAlive(generation, worker);
  if (alive) aliveAtMs.set(writer, nowMs);
  else aliveAtMs.delete(writer);
  return alive;
}

async function askAlive(generation: number, worker: number): Promise<boolean> {
  const question = questions.size === 0 ? 0 : Math.max(...questions.keys()) + 1;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  questions.set(question, resolve);
  send({ type: "is-alive", question, generation, worker });
  return await promise;
}

function send(message: FromThread): void {
  self.postMessage(message);
}

const threadLog: JournalLog = {
  info: (fields, message) => sendLog("info", fields, message),
  warn: (fields, message) => sendLog("warn", fields, message),
  error: (fields, message) => sendLog("error", fields, message),
};

function sendLog(level: keyof JournalLog, fields: object, message: string): void {
  const plain = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value.message : value]),
  );
  send({ type: "log", level, fields: plain, message });
}
