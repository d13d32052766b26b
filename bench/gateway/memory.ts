import { holdStreams, runJob } from "./load/run-job.ts";
import { byRole, memoryMb } from "./processes.ts";
import type { Question, Subject } from "./subject.ts";

/** Proportional set size of all processes, in MB, and of each role. */
export type Memory = {
  readonly subject: string;
  readonly idle: Megabytes;
  /** With 1,000 streams of 4 events a second. */
  readonly streaming: Megabytes;
  /** At the end of whole answers on 32 connections, and so long after. */
  readonly loaded: Megabytes;
  readonly after: Megabytes;
};

export type Megabytes = { readonly all: number; readonly roles: { readonly [role: string]: number } };

const held: Question = { client: "openai-chat", provider: "openai-chat", upstream: "100000x250", promptBytes: 800 };
const whole: Question = { ...held, upstream: "whole" };

/** Looks at a subject that has just been started; each state is let stand for so many seconds. */
export async function measureMemory(subject: Subject, seconds: number): Promise<Memory> {
  const { name, url } = subject;
  const look = () => ({
    all: memoryMb(subject.processes()),
    roles: byRole(subject.processes(), memoryMb),
  });
  await Bun.sleep(seconds * 1000);
  const idle = look();
  let streaming = idle;
  const shots = subject.shots(held) ?? [];
  const end = () => {
    streaming = look();
  };
  await holdStreams({ kind: "hold", url, shots, seconds, connections: 1000 }, { begun: () => undefined, end });
  await runJob({ kind: "closed", url, shots: subject.shots(whole) ?? [], seconds: 10, connections: 32 });
  const loaded = look();
  await subject.settled();
  await Bun.sleep(seconds * 1000);
  return { subject: name, idle, streaming, loaded, after: look() };
}
