import { ask, pairs } from "../e2e/start-pair.ts";
import type { Headgate } from "../harness/start-headgate.ts";

/** What clients have to show for it: the other side of the account. */
export type Witness = {
  /** Requests begun. */
  readonly begun: number;
  /** Ids of the answers of which every byte came, and which tell that they are complete. */
  readonly complete: ReadonlySet<string>;
  /** Ids of the answers that refused a request before it was admitted, by error code. */
  readonly refused: ReadonlyMap<string, string>;
  /** Streams that ended as an error event, or errors of a provider: admitted, so recorded. */
  readonly failed: ReadonlySet<string>;
  /** Answers that say that the gateway could not keep its account: nobody is charged for them. */
  readonly unrecorded: ReadonlySet<string>;
  /** Connections that broke, and clients that left. */
  readonly broken: number;
};

export type Traffic = {
  readonly witness: () => Witness;
  /** Lets every client finish the request that it has begun. */
  readonly stop: () => Promise<void>;
};

export type TrafficOptions = {
  /** Asked anew for every request: a gateway may be replaced meanwhile. */
  readonly gateway: () => Pick<Headgate, "post">;
  readonly clients: number;
  readonly streams?: "all" | "none" | "half";
  /** Share of streams that their client leaves. */
  readonly leaving?: number;
  /** The prompt; see the fake provider's markers. */
  readonly prompt?: string;
  /** Secrets of virtual keys, used in turn; otherwise the gateway's own. */
  readonly keys?: readonly string[];
  /** Asked for in turn; otherwise every pair of dialects. */
  readonly models?: readonly { readonly path: string; readonly model: string }[];
  /** After which a client leaves that has its answer not yet; otherwise it waits for ever. */
  readonly patienceMs?: number;
};

/** Several witnesses as one. */
export function joined(all: readonly Witness[]): Witness {
  return {
    begun: all.reduce((sum, { begun }) => sum + begun, 0),
    complete: new Set(all.flatMap(({ complete }) => [...complete])),
    refused: new Map(all.flatMap(({ refused }) => [...refused])),
    failed: new Set(all.flatMap(({ failed }) => [...failed])),
    unrecorded: new Set(all.flatMap(({ unrecorded }) => [...unrecorded])),
    broken: all.reduce((sum, { broken }) => sum + broken, 0),
  };
}

/** Enough clients make load enough: records are counted, not speed. */
const pauseMs = 10;
const retryMs = 50;

/** What the gateway answers before it admits a request; all else is recorded. */
const refusals: ReadonlySet<string> = new Set([
  "overloaded",
  "draining",
  "invalid_key",
  "budget_exceeded",
  "budget_busy",
  "rate_limited",
  "too_many_concurrent",
]);

/** Clients that ask until they are stopped. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { clients, streams = "half", leaving = 0, prompt = "[[words:12]] [[delay:1]]" } = options;
  const { keys = [], models = pairs, patienceMs } = options;
  const complete = new Set<string>();
  const failed = new Set<string>();
  const refused = new Map<string, string>();
  const unrecorded = new Set<string>();
  let begun = 0;
  let broken = 0;
  let stopped = false;

  const note = (response: Response, text: string, stream: boolean) => {
    const id = response.headers.get("x-headgate-id") ?? `none, status ${response.status}`;
    const code = response.headers.get("x-headgate-error") ?? "";
    if (refusals.has(code)) refused.set(id, code);
    else if (code === "internal_error" || /failed inside the gateway/.test(text)) unrecorded.add(id);
    else if (response.status !== 200 || /^(event: error|data: \{"error")/m.test(text)) failed.add(id);
    else if (isComplete(text, stream)) complete.add(id);
    else broken += 1;
  };
  const request = async (stream: boolean, leave: boolean) => {
    const { path, model } = models[begun % models.length] ?? pairs[0];
    const key = keys[begun % keys.length];
    begun += 1;
    const abort = new AbortController();
    if (leave) setTimeout(() => abort.abort(), Math.random() * 30);
    const patience = patienceMs === undefined ? undefined : setTimeout(() => abort.abort(), patienceMs);
    const body = ask(model, prompt, { stream });
    const headers: { [name: string]: string } = key === undefined ? {} : { authorization: `Bearer ${key}` };
    try {
      const response = await options.gateway().post(path, body, headers, abort.signal);
      note(response, await response.text(), stream);
    } finally {
      clearTimeout(patience);
    }
  };
  const client = async (index: number) => {
    for (let turn = index; !stopped; turn += 1) {
      const stream = streams === "all" || (streams === "half" && turn % 2 === 0);
      const answered = await request(stream, stream && Math.random() < leaving).then(
        () => true,
        () => false,
      );
      if (!answered) broken += 1;
      await Bun.sleep(answered ? pauseMs : retryMs);
    }
  };
  const running = Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return {
    witness: () => ({ begun, complete, refused, failed, unrecorded, broken }),
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

function isComplete(text: string, stream: boolean): boolean {
  if (stream) return /^data: \[DONE\]$|^event: message_stop$/m.test(text);
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
