import { bunBinary } from "../../test/harness/bun-binary.ts";
import { spawnChild } from "../../test/harness/child.ts";
import { streamWord } from "../gateway/answers.ts";
import { openConnection } from "../gateway/load/http-connection.ts";
import { plainSecret } from "../scratch-worker.ts";
import { startLockStepUpstream } from "./lock-step-upstream.ts";
import { plainly } from "./measure-allocation.ts";
import { askOnce, requestBytes } from "./questions.ts";

const requestsPerTry = 400;
const streamsPerTry = 10;
const eventsPerStream = 400;
/** The first ones fill caches and compile. */
const warmUpTries = 2;
const tries = 5;

/**
 * Bytes that a request allocates on its whole way through a worker, one after the other over one connection: what of HTTP and
 * of the call to the provider lies in the heap, or is held by it, is in this figure and not in that of the pipeline.
 */
export async function measureServedBytes(): Promise<ReadonlyMap<string, number>> {
  const upstream = startLockStepUpstream(eventsPerStream);
  const script = new URL("./serving.ts", import.meta.url).pathname;
  const child = spawnChild([bunBinary(), script, upstream.url], {
    name: "allocation of a served request",
    env: { ...process.env, ...plainly },
  });
  try {
    const url = await child.firstLine(30_000);
    const connection = await openConnection(new URL(url));
    const heap = async () => Number(await (await fetch(`${url}/api/heap`)).text());
    const goOn = (piece: Buffer) => {
      if (piece.includes(streamWord)) upstream.next();
    };
    const measure = async (bytes: Buffer, requests = requestsPerTry) => {
      const found: number[] = [];
      for (let index = 0; index < warmUpTries + tries; index++) {
        const before = await heap();
        for (let asked = 0; asked < requests; asked++) await askOnce(connection, bytes, goOn);
        if (index >= warmUpTries) found.push(((await heap()) - before) / requests);
      }
      // What the runtime allocates beside can only add to it.
      return Math.min(...found);
    };
    const served = await measure(requestBytes("/v1/chat/completions", plainSecret, {}));
    const translated = await measure(requestBytes("/v1/messages", plainSecret, {}));
    const toAnthropic = await measure(requestBytes("/v1/chat/completions", plainSecret, { model: "anthropic/bench" }));
    const stream = await measure(requestBytes("/v1/chat/completions", plainSecret, { stream: true }), streamsPerTry);
    connection.close();
    return new Map([
      ["served-whole", served],
      ["served-translated", translated],
      ["served-to-anthropic", toAnthropic],
      // What the request itself takes is a part of it, and small.
      ["served-event", stream / eventsPerStream],
    ]);
  } finally {
    await child.stop("SIGTERM", 5000);
    upstream.stop();
  }
}
