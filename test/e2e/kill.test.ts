import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, full, startPair, twoProviders } from "./start-pair.ts";

const { gateway, provider, story } = await startPair({ workers: 2 });
const rounds = full ? 60 : 2;

async function answers(): Promise<boolean> {
  try {
    const response = await gateway.post(
      "/v1/chat/completions",
      ask("oai/fake-gpt", "hello"),
      {},
      AbortSignal.timeout(3000),
    );
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

test("a killed worker is replaced while the other serves", async () => {
  for (let round = 0; round < rounds; round += 1) {
    const index = round % 2;
    const killed = await gateway.kill("worker", index);
    // A connection may have been the dead worker's; the next one is the living worker's.
    await waitUntil("an answer after the kill", answers, 3000);
    await waitUntil(
      "the worker to be replaced",
      () => gateway.pids().some((one) => one.role === "worker" && one.index === index && one.pid !== killed),
      10_000,
    );
  }
}, 600_000);

test("with the control plane killed, requests go on and it is replaced", async () => {
  for (let round = 0; round < rounds; round += 1) {
    const killed = await gateway.kill("control");
    expect(await answers(), await story()).toBe(true);
    await waitUntil(
      "the control plane to be replaced",
      () => gateway.pids().some((one) => one.role === "control" && one.pid !== killed),
      10_000,
    );
    await waitUntil(
      "the admin API to answer",
      async () => (await gateway.admin("GET", "/api/virtual-keys").catch(() => undefined))?.status === 200,
      10_000,
    );
  }
}, 600_000);

test("what a killed worker was doing is recorded as interrupted and its hold is gone", async () => {
  const running = Promise.allSettled(
    Array.from({ length: 4 }, async () =>
      (
        await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "[[words:200]] [[delay:20]]", { stream: true }))
      ).text(),
    ),
  );
  await waitUntil(
    "the streams to run",
    async () =>
      (await provider.log()).filter((entry) => entry.eventsSent > 3 && entry.finishedAtMs === undefined).length === 4,
    5000,
  );
  await gateway.kill("worker", 0);
  await gateway.kill("worker", 1);
  await running;
  const interrupted = await waitUntil(
    "the records",
    async () => {
      const response = await gateway.admin("GET", "/api/logs?limit=50").catch(() => undefined);
      const text = (await response?.text()) ?? "";
      return (text.match(/interrupted/g)?.length ?? 0) >= 4 ? text : undefined;
    },
    15_000,
    100,
  );
  expect(interrupted).toContain("interrupted");
}, 240_000);

test("after a killed supervisor its children end, and a new start on the same port and data takes up", async () => {
  const before = gateway.pids();
  await gateway.kill("supervisor");
  await waitUntil("its children to end", () => before.every(({ pid }) => !alive(pid)), 15_000);
  const { port, dataDir } = gateway;
  const next = await startHeadgate({ port, dataDir, config: twoProviders(provider.url) });
  try {
    expect((await next.post("/v1/chat/completions", ask("oai/fake-gpt", "hello"))).status).toBe(200);
    expect(await (await next.admin("GET", "/api/logs?limit=50")).text()).toContain("interrupted");
  } finally {
    await next.stop();
  }
}, 240_000);

/** Whether the process runs; one that ended and that nobody has collected yet does not. */
function alive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}
