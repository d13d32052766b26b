import type { JobResult, Shot } from "./load/job.ts";
import { holdStreams, runJob } from "./load/run-job.ts";
import { byRole, cpuUs, machineCpuUs, memoryMb } from "./processes.ts";
import type { Asked, Row } from "./rows.ts";
import type { Subject } from "./subject.ts";
import { runWrk } from "./wrk.ts";

/** What one subject did in one round of a row. */
export type Sample = {
  /** Requests or events, as the row counts. */
  readonly units: number;
  readonly perSecond: number;
  /** All processes, until what is put off until after the answers is done. */
  readonly cpuUs: number;
  readonly cpuUsByRole: { readonly [role: string]: number };
  /** Whole answers: to the last byte; streams: to the first word. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** Open loop: how late the generator itself was. */
  readonly lateP99Us?: number;
  readonly memoryMb: number;
  readonly wrong: number;
  readonly complaints: readonly string[];
  readonly aborted: number;
  /** Share of the machine that neither the subject, nor upstream or load, but others took. */
  readonly busyShare: number;
};

/** Undefined where the subject cannot do what the row asks. */
export async function measure(subject: Subject, row: Row, seconds: number): Promise<Sample | undefined> {
  const shots = shotsFor(subject, row);
  if (shots === undefined) return undefined;
  const before = readCpu(subject);
  const done = await load(subject, row, shots, seconds);
  if (row.load.kind !== "hold") await subject.settled();
  const after = done.cpuAtEnd ?? readCpu(subject);
  const begin = done.cpuAtBegin ?? before;
  const { units, perSecond, p50Us, p99Us, lateP99Us, wrong, complaints, aborted } = done;
  return {
    units,
    perSecond,
    cpuUs: (after.all - begin.all) / units,
    cpuUsByRole: Object.fromEntries(
      Object.entries(after.roles).map(([role, us]) => [role, (us - (begin.roles[role] ?? 0)) / units]),
    ),
    p50Us,
    p99Us,
    ...(lateP99Us !== undefined && { lateP99Us }),
    memoryMb: done.memoryMb ?? memoryMb(subject.processes()),
    wrong,
    complaints,
    aborted,
    busyShare:
      (machineCpuUs() - before.machine) / (performance.now() - before.atMs) / 1000 / navigator.hardwareConcurrency,
  };
}

/** Runs a second at a time until the rate has not moved by more than a twentieth, or the time is used up. */
export async function warmUp(subject: Subject, row: Row, mostSeconds: number): Promise<void> {
  const shots = shotsFor(subject, row);
  if (shots === undefined || row.load.kind === "hold") return;
  // Streams run for a second each themselves.
  const piece = row.load.kind === "closed" ? 2 : 1;
  const rates: number[] = [];
  for (let used = 0; used < mostSeconds; used += piece) {
    rates.push((await load(subject, row, shots, piece)).perSecond);
    const [third = 0, second = 0, first = 0] = rates.slice(-3).reverse();
    const flat = Math.max(first, second, third) / Math.min(first, second, third);
    if (rates.length >= 3 && flat < 1.05) break;
  }
  await subject.settled();
}

function shotsFor(subject: Subject, { questions }: Row): readonly Shot[] | undefined {
  const shots = questions.map((question) => shotsOf(subject, question));
  return shots.every((some) => some !== undefined) ? shots.flat() : undefined;
}

function shotsOf(subject: Subject, { weight, abortAfterEvents, ...question }: Asked): readonly Shot[] | undefined {
  return subject.shots(question)?.map((shot) => ({
    ...shot,
    ...(weight !== undefined && { weight }),
    ...(abortAfterEvents !== undefined && { abortAfterEvents }),
  }));
}

type Cpu = {
  readonly all: number;
  readonly roles: { readonly [role: string]: number };
  readonly machine: number;
  readonly atMs: number;
};

function readCpu(subject: Subject): Cpu {
  const processes = subject.processes();
  return {
    all: cpuUs(processes),
    roles: byRole(processes, cpuUs),
    machine: machineCpuUs(),
    atMs: performance.now(),
  };
}

type Done = Omit<Sample, "cpuUs" | "cpuUsByRole" | "memoryMb" | "busyShare"> & {
  readonly cpuAtBegin?: Cpu;
  readonly cpuAtEnd?: Cpu;
  readonly memoryMb?: number;
};

async function load(subject: Subject, row: Row, shots: readonly Shot[], seconds: number): Promise<Done> {
  const { url } = subject;
  if (row.load.kind === "wrk") return wrkLoad(url, row.load.connections, shots, seconds);
  if (row.load.kind !== "hold") return doneOf(row, await runJob({ ...row.load, url, shots, seconds }));
  let [cpuAtBegin, cpuAtEnd, memory]: [Cpu | undefined, Cpu | undefined, number] = [undefined, undefined, 0];
  const result = await holdStreams(
    { ...row.load, url, shots, seconds },
    {
      begun: () => {
        cpuAtBegin = readCpu(subject);
      },
      end: () => {
        cpuAtEnd = readCpu(subject);
        memory = memoryMb(subject.processes());
      },
    },
  );
  return {
    ...doneOf(row, result),
    memoryMb: memory,
    ...(cpuAtBegin !== undefined && { cpuAtBegin }),
    ...(cpuAtEnd !== undefined && { cpuAtEnd }),
  };
}

async function wrkLoad(base: string, connections: number, shots: readonly Shot[], seconds: number): Promise<Done> {
  const [shot] = shots;
  if (shot?.expect.kind !== "whole") throw new Error("Cannot ask for streams with wrk");
  const { path, headers, body, expect } = shot;
  const authorizations = shots.flatMap((one) => one.headers.authorization ?? []);
  const result = await runWrk({
    url: base + path,
    headers,
    body,
    connections,
    seconds,
    contains: expect.contains,
    ...(shots.length > 1 && { authorizations }),
  });
  const { requests, perSecond, errors, p50Us, p99Us } = result;
  const complaints = errors > 0 ? ["wrk counted failures or wrong contents"] : [];
  return { units: requests, perSecond, p50Us, p99Us, wrong: errors, complaints, aborted: 0 };
}

function doneOf(row: Row, result: JobResult): Done {
  const { requests, aborted, events, wrong, complaints, seconds, latency, firstWord, lateness } = result;
  const units = row.unit === "event" ? events : requests + aborted;
  const { p50Us, p99Us } = row.unit === "event" ? firstWord : latency;
  const late = row.load.kind === "open" ? { lateP99Us: lateness.p99Us } : {};
  return { units, perSecond: Math.round(units / seconds), p50Us, p99Us, wrong, complaints, aborted, ...late };
}
