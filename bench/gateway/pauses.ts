/**
 * What stops a worker's event loop? Traffic at a moderate rate, beside one thing after the other that might, and the delays
 * that the worker counted meanwhile. This process, which does next to nothing, ticks likewise: what it counts is the
 * machine's. `bun bench/gateway/pauses.ts [virtual keys [another checkout]]`
 */
import { join } from "node:path";
import { createTicker } from "#lib/ticker";
import { type Headgate, startHeadgate, testKey } from "../../test/harness/start-headgate.ts";
import { runJob } from "./load/run-job.ts";
import { shotOf } from "./questions.ts";
import { above, type Buckets, difference, scrapeHistogram } from "./scrape.ts";
import { startUpstreams } from "./upstreams.ts";

const keys = Number(process.argv[2] ?? 100_000);
const seconds = 8;
const metric = "headgate_event_loop_delay_seconds";

const upstreams = await startUpstreams();
const checkout = process.argv[3];
const headgate = await startHeadgate({
  config: configWith(0),
  workers: 1,
  flags: ["--log-level", "warn"],
  ...(checkout !== undefined && { program: join(checkout, "src/main.ts") }),
});
const own = countOwnDelays();
const table: object[] = [];
const nothing = () => Promise.resolve();

await load(32);
await phase("200 requests a second", nothing);
await phase("as many as go: ingestion and journal at full rate", () => load(32));
await phase(`a delta of ${keys} keys`, async () => headgate.reload(configWith(keys)));
await phase("the same keys whole: the control process was killed", () => headgate.kill("control").then(nothing));
await phase("twenty keys one by one", addKeys);
await phase(`as many as go, with ${keys} keys in memory`, () => load(32));
// biome-ignore lint/suspicious/noConsole: a bench prints its tables
console.table(table);
await headgate.stop();
await upstreams.stop();
process.exit(0);

async function phase(what: string, work: () => Promise<unknown>): Promise<void> {
  const before = await counted(headgate);
  const ownBefore = new Map(own);
  const steady = runJob({ ...target(), kind: "open", connections: 64, perSecond: 200, seconds });
  await Bun.sleep(1000);
  await work();
  const { latency, wrong } = await steady;
  const delays = difference(before, await counted(headgate));
  const machine = difference(ownBefore, own);
  const later = (buckets: Buckets) => [0.005, 0.01, 0.025, 0.1, 0.5].map((bound) => above(buckets, bound)).join(" ");
  table.push({
    what,
    ticks: above(delays, 0),
    "worker > 5 10 25 100 500 ms": later(delays),
    machine: later(machine),
    "p50/p99 ms": `${(latency.p50Us / 1000).toFixed(1)} ${(latency.p99Us / 1000).toFixed(1)}`,
    wrong,
  });
}

/** Waits for the control process where it is being replaced. */
async function counted(gateway: Headgate): Promise<Buckets> {
  for (;;) {
    const buckets = await scrapeHistogram(gateway, metric).catch(() => new Map<number, number>());
    if (buckets.size > 0) return buckets;
    await Bun.sleep(200);
  }
}

function countOwnDelays(): Map<number, number> {
  const bounds = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, Number.POSITIVE_INFINITY];
  const counts = new Map(bounds.map((bound) => [bound, 0]));
  const count = (lateMs: number) => {
    const bound = bounds.find((upper) => lateMs / 1000 <= upper) ?? Number.POSITIVE_INFINITY;
    counts.set(bound, (counts.get(bound) ?? 0) + 1);
  };
  createTicker(25, () => performance.now()).add({ tick: (_, lateMs) => count(lateMs) });
  return counts;
}

async function addKeys(): Promise<void> {
  for (let index = 0; index < 20; index++)
    await headgate.admin("POST", "/api/virtual-keys", { name: `added-${index}` });
}

function load(connections: number): Promise<unknown> {
  return runJob({ ...target(), kind: "closed", connections, seconds: seconds - 3 });
}

function target() {
  const headers = { authorization: `Bearer ${headgate.key}` };
  const question = { client: "openai-chat", provider: "openai-chat", upstream: "whole", promptBytes: 800 } as const;
  return { url: headgate.url, shots: [shotOf(question, { model: "local/bench", headers })] };
}

function configWith(count: number) {
  const provider = {
    dialect: "openai-chat",
    base_url: `${upstreams.whole}/v1`,
    keys: [{ name: "k", value: "secret" }],
  };
  const more = Array.from({ length: count }, (_, index) => ({
    name: `k-${index}`,
    value: `hg-pauses-${index}-0123456789abcdef0123456789abcdef`,
  }));
  return { providers: { local: provider }, virtual_keys: [{ name: "test", value: testKey }, ...more] };
}
