import type { ContentStore } from "../content/content-store";
import type { FromQueryThread, LogAnswer, LogRequest, ToQueryThread } from "./log-query-messages";
import { LogQueryRefused, type LogStore } from "./log-store";
import type { RecordFeed } from "./record-feed";

export type ThreadedLogStoreOptions = {
  /** Of the stores, see `openStores`: the thread opens the log there. */
  readonly url: string;
  readonly onFailure: (message: string) => void;
  /** Queries that wait; further ones are refused. */
  readonly maxWaiting?: number;
  /** A query that takes longer is given up together with its thread. Counted from when it begins. */
  readonly timeoutMs?: number;
};

type PendingQuery = {
  readonly request: LogRequest;
  readonly resolve: (answer: LogAnswer) => void;
  readonly reject: (error: Error) => void;
};

/**
 * The log store in a thread of its own, so that a long query delays no more than the queries behind it. One at a time; a
 * thread that dies or hangs is replaced, and only the query that it was busy with fails.
 */
export function openThreadedLogStore(options: ThreadedLogStoreOptions): LogStore {
  const { url, onFailure, maxWaiting = 64, timeoutMs = 15_000 } = options;
  const waiting: PendingQuery[] = [];
  let thread: Worker | undefined;
  let running:
    | { readonly number: number; readonly query: PendingQuery; readonly timer: ReturnType<typeof setTimeout> }
    | undefined;
  let started = 0;
  let closed = false;

  const start = (): Worker => {
    const worker = new Worker(new URL("./log-query-thread.ts", import.meta.url).href);
    worker.onmessage = (event: MessageEvent<FromQueryThread>) => finish(event.data);
    worker.onerror = (event) => onFailure(event.message);
    worker.addEventListener("close", () => {
      if (worker === thread) giveUp("its thread ended");
    });
    send(worker, { type: "open", url });
    return worker;
  };
  const giveUp = (reason: string) => {
    thread?.terminate();
    thread = undefined;
    const given = running;
    running = undefined;
    if (given === undefined) return;
    clearTimeout(given.timer);
    given.query.reject(new LogQueryRefused("too-long", `Cannot finish the query: ${reason}; ask for less at once`));
    runNext();
  };
  const finish = (message: FromQueryThread) => {
    if (running === undefined || running.number !== message.number) return;
    const { query, timer } = running;
    running = undefined;
    clearTimeout(timer);
    if (message.type === "answer") query.resolve(message.answer);
    else query.reject(message.tooLong ? new LogQueryRefused("too-long", message.message) : new Error(message.message));
    runNext();
  };
  const runNext = () => {
    if (running !== undefined || closed) return;
    const query = waiting.shift();
    if (query === undefined) return;
    thread ??= start();
    const number = ++started;
    const timer = setTimeout(() => giveUp(`it took longer than ${timeoutMs} ms`), timeoutMs);
    running = { number, query, timer };
    send(thread, { type: "call", number, request: query.request });
  };
  const ask: Ask = (request) => {
    if (closed) return Promise.reject(new Error("Cannot ask the log store: it is closed"));
    if (waiting.length >= maxWaiting) {
      const told = `Cannot take the query: ${waiting.length} are waiting already; try again in a moment`;
      return Promise.reject(new LogQueryRefused("busy", told));
    }
    return new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      runNext();
    });
  };
  const close = () => {
    closed = true;
    for (const query of waiting.splice(0)) query.reject(new Error("Cannot ask the log store: it was closed"));
    running?.query.reject(new Error("Cannot ask the log store: it was closed"));
    clearTimeout(running?.timer);
    if (thread !== undefined) send(thread, { type: "close" });
  };
  return { ...methodsOf(ask), close };
}

type Ask = (request: LogRequest) => Promise<LogAnswer>;

function methodsOf(ask: Ask): Omit<LogStore, "close"> {
  return {
    list: async (query) => {
      const answer = await ask({ method: "list", query });
      return answer.method === "list" ? answer.value : wrong(answer);
    },
    count: async (query) => {
      const answer = await ask({ method: "count", query });
      return answer.method === "count" ? answer.value : wrong(answer);
    },
    get: async (id) => {
      const answer = await ask({ method: "get", id });
      return answer.method === "get" ? answer.value : wrong(answer);
    },
    stats: async (query) => {
      const answer = await ask({ method: "stats", query });
      return answer.method === "stats" ? answer.value : wrong(answer);
    },
    slotCharges: async () => {
      const answer = await ask({ method: "slotCharges" });
      return answer.method === "slotCharges" ? answer.value : wrong(answer);
    },
    correct: async (corrections) => {
      await ask({ method: "correct", corrections });
    },
    purge: async (what, batch) => {
      const answer = await ask({ method: "purge", what, batch });
      return answer.method === "purge" ? answer.value : wrong(answer);
    },
    sumUp: async (most) => {
      const answer = await ask({ method: "sumUp", most });
      return answer.method === "sumUp" ? answer.value : wrong(answer);
    },
    content: contentMethods(ask),
    feed: feedMethods(ask),
  };
}

function contentMethods(ask: Ask): ContentStore {
  return {
    read: async (id) => {
      const answer = await ask({ method: "readContent", id });
      return answer.method === "readContent" ? answer.value : wrong(answer);
    },
    remove: async (id) => {
      const answer = await ask({ method: "removeContent", id });
      return answer.method === "removeContent" ? answer.value : wrong(answer);
    },
    expire: async (beforeMs, batch) => {
      const answer = await ask({ method: "expireContent", beforeMs, batch });
      return answer.method === "expireContent" ? answer.value : wrong(answer);
    },
  };
}

function feedMethods(ask: Ask): RecordFeed {
  return {
    open: async (reader, from) => {
      await ask({ method: "openFeed", reader, from });
    },
    next: async (reader, limit) => {
      const answer = await ask({ method: "nextOfFeed", reader, limit });
      return answer.method === "nextOfFeed" ? answer.value : wrong(answer);
    },
    advance: async (reader, place) => {
      await ask({ method: "advanceFeed", reader, place });
    },
    retain: async (readers) => {
      await ask({ method: "retainFeed", readers });
    },
  };
}

function wrong(answer: LogAnswer): never {
  throw new Error(`Cannot use the answer of the query thread: it answers ${answer.method}`);
}

function send(thread: Worker, message: ToQueryThread): void {
  thread.postMessage(message);
}
