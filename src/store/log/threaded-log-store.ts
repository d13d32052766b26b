import type { FromQueryThread, LogAnswer, LogRequest, ToQueryThread } from "./log-query-messages";
import { LogQueryRefused, type LogStore } from "./log-store";

export type ThreadedLogStoreOptions = {
  readonly file: string;
  readonly onFailure: (message: string) => void;
  /** Calls that run or wait; further ones are refused. */
  readonly maxWaiting?: number;
  /** A call that takes longer is given up together with its thread. Counted from when it begins. */
  readonly timeoutMs?: number;
};

type Call = {
  readonly request: LogRequest;
  readonly resolve: (answer: LogAnswer) => void;
  readonly reject: (error: Error) => void;
};

/**
 * The log store in a thread of its own, so that a long query stops nobody but the queries behind it. One call at a time;
 * a thread that dies or hangs is replaced, and only the call that it was busy with fails.
 */
export function openThreadedLogStore(options: ThreadedLogStoreOptions): LogStore {
  const { file, onFailure, maxWaiting = 64, timeoutMs = 15_000 } = options;
  const waiting: Call[] = [];
  let thread: Worker | undefined;
  let running:
    | { readonly number: number; readonly call: Call; readonly timer: ReturnType<typeof setTimeout> }
    | undefined;
  let calls = 0;
  let closed = false;

  const start = (): Worker => {
    const started = new Worker(new URL("./log-query-thread.ts", import.meta.url).href);
    started.onmessage = (event: MessageEvent<FromQueryThread>) => finish(event.data);
    started.onerror = (event) => onFailure(event.message);
    started.addEventListener("close", () => {
      if (started === thread) giveUp("its thread ended");
    });
    send(started, { type: "open", file });
    return started;
  };
  const giveUp = (reason: string) => {
    thread?.terminate();
    thread = undefined;
    const given = running;
    running = undefined;
    if (given === undefined) return;
    clearTimeout(given.timer);
    given.call.reject(new LogQueryRefused("too-long", `Cannot finish the query: ${reason}; ask for less at once`));
    runNext();
  };
  const finish = (message: FromQueryThread) => {
    if (running === undefined || running.number !== message.number) return;
    const { call, timer } = running;
    running = undefined;
    clearTimeout(timer);
    if (message.type === "answer") call.resolve(message.answer);
    else call.reject(message.tooLong ? new LogQueryRefused("too-long", message.message) : new Error(message.message));
    runNext();
  };
  const runNext = () => {
    if (running !== undefined || closed) return;
    const call = waiting.shift();
    if (call === undefined) return;
    thread ??= start();
    const number = ++calls;
    const timer = setTimeout(() => giveUp(`it took longer than ${timeoutMs} ms`), timeoutMs);
    running = { number, call, timer };
    send(thread, { type: "call", number, request: call.request });
  };
  const ask = (request: LogRequest): Promise<LogAnswer> => {
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
    for (const call of waiting.splice(0)) call.reject(new Error("Cannot ask the log store: it was closed"));
    running?.call.reject(new Error("Cannot ask the log store: it was closed"));
    clearTimeout(running?.timer);
    if (thread !== undefined) send(thread, { type: "close" });
  };
  return { ...methodsOf(ask), close };
}

function methodsOf(ask: (request: LogRequest) => Promise<LogAnswer>): Omit<LogStore, "close"> {
  return {
    list: async (query) => {
      const answer = await ask({ method: "list", query });
      return answer.method === "list" ? answer.value : wrong(answer);
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
    content: {
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
    },
  };
}

function wrong(answer: LogAnswer): never {
  throw new Error(`Cannot use the answer of the query thread: it answers ${answer.method}`);
}

function send(thread: Worker, message: ToQueryThread): void {
  thread.postMessage(message);
}
