/**
 * A worker's whole way of a request, its HTTP and its call to a provider included, with the product's own server, data plane,
 * pipeline and client. Prints the URL that it serves, and says at `/api/heap` how many bytes its heap has. Runs as
 * `measure-allocation.ts` says, with the provider's URL as its argument.
 */
import { systemClock } from "#core/clock";
import { firstDialect } from "#dialects/find-dialect";
import { dialects } from "#dialects/registry";
import { createBufferBudget } from "#http/buffer-budget";
import { createDataPlane } from "#http/data-plane";
import { createTicker } from "#lib/ticker";
import { errorResponse } from "#relay/error-response";
import { startServer } from "#server/server";
import { createUpstreamClient } from "#upstream/client";
import { openScratchWorker } from "../scratch-worker.ts";
import { heapBytes } from "./heap-bytes.ts";

const ticker = createTicker(25, systemClock.monotonicMs);
const upstream = createUpstreamClient({ ticker });
const worker = await openScratchWorker({ url: process.argv[2] ?? "", upstream });
const ids = { id: "0", requestId: "0" };
const refuse = (error: Parameters<typeof errorResponse>[0]) => errorResponse(error, firstDialect(dialects), ids);
const server = startServer({
  host: "127.0.0.1",
  port: 0,
  reusePort: false,
  handler: createDataPlane({
    dialects,
    infer: worker.infer,
    models: () => ({ status: 200, contentType: "application/json", headers: ids, body: "{}" }),
    refuse,
    control: async () => ({ status: 200, headers: "", body: String(heapBytes()) }),
    notReady: () => [],
    warnings: () => [],
    budget: createBufferBudget(() => Number.MAX_SAFE_INTEGER),
    ticker,
    maxBodyBytes: () => Number.MAX_SAFE_INTEGER,
    cors: () => undefined,
  }),
  onCut: () => undefined,
});
process.once("SIGTERM", () => void worker.close().finally(() => process.exit(0)));
process.stdout.write(`http://127.0.0.1:${server.port}\n`);
