import { fileURLToPath } from "node:url";
import { bunBinary } from "../../../test/harness/bun-binary.ts";
import { type Child, spawnChild } from "../../../test/harness/child.ts";
import { waitUntil } from "../../../test/harness/wait-until.ts";
import type { Job, JobResult } from "./job.ts";

/** Runs the load generator to its end. */
export async function runJob(job: Job): Promise<JobResult> {
  const child = startGenerator(job);
  await child.exited;
  return resultOf(child);
}

/** Runs a job that holds streams; looks at them once all have begun, and again while they are still there at its end. */
export async function holdStreams(
  job: Job & { readonly kind: "hold" },
  look: { readonly begun: () => void; readonly end: () => void },
): Promise<JobResult> {
  const child = startGenerator(job);
  const said = (lines: number) => () => {
    if (!child.running()) throw new Error(`Cannot hold streams: ${child.stderr().join("\n")}`);
    return child.stdout().length >= lines;
  };
  await waitUntil("the streams to begin", said(1), 60_000);
  look.begun();
  await waitUntil("the streams to be held", said(2), job.seconds * 1000 + 30_000);
  look.end();
  const result = resultOf(child);
  await child.stop("SIGKILL", 1000);
  return result;
}

function startGenerator(job: Job): Child {
  const script = fileURLToPath(new URL("./generator.ts", import.meta.url));
  return spawnChild([bunBinary(), script, JSON.stringify(job)], { name: "load generator" });
}

function resultOf(child: Child): JobResult {
  const line = child.stdout().at(-1);
  if (line === undefined) throw new Error(`Cannot read the load generator's result:\n${child.stderr().join("\n")}`);
  return JSON.parse(line);
}
