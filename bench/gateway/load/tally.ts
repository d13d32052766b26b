import type { JobResult, Percentiles } from "./job.ts";

export type Tally = {
  /** One of so many that are on their way. */
  readonly sent: (lateMs: number, running: number) => void;
  readonly firstWord: (ms: number) => void;
  readonly events: (count: number) => void;
  readonly right: (ms: number, whole: boolean) => void;
  readonly wrong: (complaint: string) => void;
  /** Milliseconds since the request was to be sent, and since it was. */
  readonly refused: (ms: number, fromSentMs: number) => void;
  readonly aborted: () => void;
  /** Forgets what came before. */
  readonly restart: () => void;
  readonly result: () => JobResult;
};

/** Counts what became of every request. */
export function createTally(): Tally {
  let counts = { requests: 0, aborted: 0, events: 0, wrong: 0, refused: 0 };
  let startedMs = performance.now();
  let complaints: string[] = [];
  let mostRunning = 0;
  const times: { readonly [name in "latency" | "refusal" | "refusalFromSent" | "firstWord" | "lateness"]: number[] } = {
    latency: [],
    refusal: [],
    refusalFromSent: [],
    firstWord: [],
    lateness: [],
  };
  return {
    sent: (lateMs, running) => {
      times.lateness.push(lateMs);
      mostRunning = Math.max(mostRunning, running);
    },
    firstWord: (ms) => void times.firstWord.push(ms),
    events: (count) => {
      counts.events += count;
    },
    right: (ms, whole) => {
      counts.requests += 1;
      if (whole) times.latency.push(ms);
    },
    wrong: (complaint) => {
      counts.wrong += 1;
      if (complaints.length < 3) complaints.push(complaint);
    },
    refused: (ms, fromSentMs) => {
      counts.refused += 1;
      times.refusal.push(ms);
      times.refusalFromSent.push(fromSentMs);
    },
    aborted: () => {
      counts.aborted += 1;
    },
    restart: () => {
      counts = { requests: 0, aborted: 0, events: 0, wrong: 0, refused: 0 };
      complaints = [];
      mostRunning = 0;
      startedMs = performance.now();
      for (const list of Object.values(times)) list.length = 0;
    },
    result: () => ({
      ...counts,
      complaints,
      mostRunning,
      seconds: (performance.now() - startedMs) / 1000,
      latency: percentiles(times.latency),
      refusal: percentiles(times.refusal),
      refusalFromSent: percentiles(times.refusalFromSent),
      firstWord: percentiles(times.firstWord),
      lateness: percentiles(times.lateness),
    }),
  };
}

function percentiles(ms: readonly number[]): Percentiles {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? sorted.at(-1) ?? 0) * 1000);
  return { p50Us: at(0.5), p99Us: at(0.99), maxUs: at(1) };
}
