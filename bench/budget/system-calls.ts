import { bunBinary } from "../../test/harness/bun-binary.ts";
import { spawnChild } from "../../test/harness/child.ts";
import { startHeadgate } from "../../test/harness/start-headgate.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";
import { streamWord } from "../gateway/answers.ts";
import { type HttpConnection, openConnection } from "../gateway/load/http-connection.ts";
import { spreadOf } from "../gateway/statistics.ts";
import { type LockStepUpstream, startLockStepUpstream } from "./lock-step-upstream.ts";
import { askOnce, requestBytes } from "./questions.ts";
import { type Calls, traceCalls } from "./trace.ts";
import { ingestedRecords, tracedUnits } from "./units.ts";

/** System calls of one unit by the names of rows, and which they are. */
export type CallCounts = ReadonlyMap<string, { readonly total: number; readonly calls: Calls }>;

const times = 3;
/** What depends on time and on how many processors there are: waiting for others, and the collector's memory. */
const ofTime =
  /^(futex|epoll_p?wait2?|poll|ppoll|select|restart_syscall|sched_yield|(clock_)?nanosleep|madvise|mmap|munmap|mprotect|brk|rt_sig\w+|exit|clone3?)$/;
/** A worker's calls made less often than this are a timer's and not the request's. */
const leastOfWorker = 0.1;

/** One worker that is asked over one connection, one request after the other, an event only after the last one came. */
export async function countWorkerCalls(): Promise<CallCounts> {
  const upstream = startLockStepUpstream(tracedUnits);
  const headgate = await startHeadgate({
    workers: 1,
    flags: ["--log-level", "warn"],
    config: {
      providers: {
        local: {
          dialect: "openai-chat",
          base_url: `${upstream.url}/v1`,
          keys: [{ name: "k", value: "bench-secret" }],
          models: [{ id: "bench", price: { input: 0.5, output: 1.5 } }],
        },
      },
    },
  });
  try {
    const connection = await openConnection(new URL(headgate.url));
    const worker = headgate.pids().find(({ role }) => role === "worker")?.pid ?? Number.NaN;
    const request = (path: string, fields: object) => requestBytes(path, headgate.key, fields);
    const whole = (bytes: Buffer) => async () => {
      for (let asked = 0; asked < tracedUnits; asked++) await askOnce(connection, bytes);
    };
    const stream = (bytes: Buffer) => () => askInSteps(connection, bytes, upstream);
    const works = {
      whole: whole(request("/v1/chat/completions", {})),
      translated: whole(request("/v1/messages", {})),
      event: stream(request("/v1/chat/completions", { stream: true })),
      "translated-event": stream(request("/v1/messages", { stream: true })),
    };
    for (const work of Object.values(works)) await work();
    const counts = new Map<string, { readonly total: number; readonly calls: Calls }>();
    for (const [name, work] of Object.entries(works)) {
      counts.set(name, await median(tracedUnits, leastOfWorker, () => traceCalls(worker, work)));
    }
    connection.close();
    return counts;
  } finally {
    await headgate.stop();
    upstream.stop();
  }
}

/** Ingestion alone, in a process of its own: in the control process it depends on what comes together. */
export async function countIngestionCalls(): Promise<CallCounts> {
  const script = new URL("./ingestion.ts", import.meta.url).pathname;
  const counted = await median(ingestedRecords, 0, async () => {
    const child = spawnChild([bunBinary(), script], { name: "ingestion" });
    await waitUntil("the records to be journaled", () => child.stdout().includes("ready"), 30_000);
    const calls = await traceCalls(child.pid, async () => {
      process.kill(child.pid, "SIGUSR2");
      await child.exited;
    });
    if ((await child.exited) !== 0) throw new Error(`Cannot trace ingestion:\n${child.stderr().join("\n")}`);
    return calls;
  });
  return new Map([["ingested-record", counted]]);
}

async function median(units: number, least: number, trace: () => Promise<Calls>) {
  const tries: { total: number; calls: Calls }[] = [];
  for (let time = 0; time < times; time++) tries.push(perUnit(await trace(), units, least));
  const { median: middle } = spreadOf(tries.map(({ total }) => total));
  return tries.find(({ total }) => total === middle) ?? { total: middle, calls: new Map() };
}

function perUnit(counted: Calls, units: number, least: number): { readonly total: number; readonly calls: Calls } {
  const calls = new Map(
    [...counted]
      .map(([name, count]) => [name, count / units] as const)
      .filter(([name, count]) => count >= least && !ofTime.test(name)),
  );
  return { total: [...calls.values()].reduce((sum, count) => sum + count, 0), calls };
}

function askInSteps(connection: HttpConnection, bytes: Buffer, upstream: LockStepUpstream): Promise<void> {
  return askOnce(connection, bytes, (piece) => {
    if (piece.includes(streamWord)) upstream.next();
  });
}
