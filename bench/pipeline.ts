/**
 * What does a request cost inside a worker, from its `InferenceRequest` to the last byte, without a network? Prints one table:
 * the best of so many rounds in microseconds of processor time, for other work on the machine can only add to it, and the
 * bytes that are allocated. `bun bench/pipeline.ts [rounds] [row]`
 */
import { measureAllocation } from "./budget/measure-allocation.ts";
import { openScratchWorker, type WorkerRow } from "./scratch-worker.ts";

const rounds = Number(process.argv[2] ?? 40);
const wanted = process.argv[3] ?? "";
const requestsPerRound = 400;
const together = 32;

const worker = await openScratchWorker();
const rows = worker.rows.filter(({ what }) => what.includes(wanted));
const best = new Map<WorkerRow, number>();
for (let round = 0; round < rounds; round++) {
  for (const row of rows) best.set(row, Math.min(await roundOf(row), best.get(row) ?? Number.POSITIVE_INFINITY));
}
await worker.close();
const allocated = await measureAllocation("worker");
for (const [{ name, what }, us] of best) {
  const bytes = Math.round(allocated.get(name) ?? Number.NaN);
  process.stdout.write(`${what.padEnd(36)}${us.toFixed(2).padStart(9)} µs${String(bytes).padStart(9)} bytes\n`);
}

/** Processor time of this process for a request or an event: its journal's thread-pool and the collector included. */
async function roundOf({ inference, unit }: WorkerRow): Promise<number> {
  const requests = unit === 1 ? requestsPerRound : requestsPerRound / 10;
  const start = process.cpuUsage();
  for (let done = 0; done < requests; done += together) {
    await Promise.all(Array.from({ length: Math.min(together, requests - done) }, () => worker.ask(inference)));
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / requests / unit;
}
