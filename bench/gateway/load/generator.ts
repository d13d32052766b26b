/**
 * The load generator for what wrk cannot do: streams with every event counted and checked, clients that go away, and a
 * fixed rate of arrival. A process of its own; its argument is a `Job`, its last line a `JobResult`.
 */
import { text } from "node:stream/consumers";
import type { Job, JobResult } from "./job.ts";
import { createMagazine } from "./magazine.ts";
import { runOpenLoop } from "./open-loop.ts";
import { createShooter } from "./shooter.ts";
import { createTally } from "./tally.ts";

const job: Job = JSON.parse(process.argv[2] ?? "");
const url = new URL(job.url);
const tally = createTally();
const magazine = createMagazine(url, job.shots);
const newShooter = () => createShooter(url, magazine, tally);

if (job.kind === "closed") await closedLoop(job.connections);
else if (job.kind === "open") {
  const { mayRefuse = false, patientMs = 0 } = job;
  await runOpenLoop({ ...job, url, mayRefuse, patientMs }, magazine, tally);
} else await hold(job.connections);
print(tally.result());
// Streams that are held end when the parent has looked at the memory.
if (job.kind === "hold") await text(process.stdin);
process.exit(0);

/** Each connection asks again when it has its answer; at the end all answers are waited for. */
async function closedLoop(connections: number): Promise<void> {
  const endMs = performance.now() + job.seconds * 1000;
  const lanes = Array.from({ length: connections }, async (_, index) => {
    // So that streams do not run in step.
    await Bun.sleep((index * 97) % 250);
    const shooter = newShooter();
    while (performance.now() < endMs) await shooter.shoot(performance.now());
    shooter.close();
  });
  await Promise.all(lanes);
}

async function hold(connections: number): Promise<void> {
  for (let index = 0; index < connections; index++) {
    const shooter = newShooter();
    void shooter.shoot(performance.now()).then(() => tally.wrong("a held stream ended"));
    await Bun.sleep(2);
  }
  await Bun.sleep(2000);
  const { wrong, complaints } = tally.result();
  if (wrong > 0) throw new Error(`Cannot hold ${connections} streams: ${complaints.join("; ")}`);
  process.stdout.write("holding\n");
  tally.restart();
  await Bun.sleep(job.seconds * 1000);
}

function print(result: JobResult): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
