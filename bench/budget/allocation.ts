/**
 * How many bytes does a request make JavaScriptCore allocate inside a worker, and an event of a stream? Runs as
 * `measure-allocation.ts` says, so that the heap grows by all that is allocated: with collections only what large buffers take
 * would show. Prints names and bytes as JSON.
 */
import { openScratchWorker, type ScratchWorker, type WorkerRow } from "../scratch-worker.ts";
import { heapBytes } from "./heap-bytes.ts";

/** Blocks of the heap are 16 KB: a try allocates hundreds of them. */
const requestsPerTry = 400;
const eventsPerTry = 6000;
/** The first ones fill caches and compile. */
const warmUpTries = 2;
const tries = 5;

const worker = await openScratchWorker();
const bytes: { [name: string]: number } = {};
for (const row of worker.rows) bytes[row.name] = await bytesOf(worker, row);
await worker.close();
process.stdout.write(`${JSON.stringify(bytes)}\n`);

/** The least of some tries, for what the runtime allocates beside, such as compiled code, can only add to it. */
async function bytesOf({ ask }: ScratchWorker, { inference, unit }: WorkerRow): Promise<number> {
  const requests = unit === 1 ? requestsPerTry : eventsPerTry / unit;
  const found: number[] = [];
  for (let index = 0; index < warmUpTries + tries; index++) {
    const before = heapBytes();
    for (let done = 0; done < requests; done++) await ask(inference);
    if (index >= warmUpTries) found.push((heapBytes() - before) / requests / unit);
  }
  return Math.min(...found);
}
