import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, full, pairs, startPair } from "./start-pair.ts";

const { gateway, provider, aborted, story } = await startPair();

for (const { path, model } of pairs) {
  test(`a client that leaves a stream of ${model} on ${path} ends the provider's call at once`, async () => {
    await provider.reset();
    const abort = new AbortController();
    const response = await gateway.post(
      path,
      ask(model, "[[words:20000]] [[delay:5]]", { stream: true }),
      {},
      abort.signal,
    );
    await response.body?.getReader().read();
    abort.abort();
    const entry = await aborted();
    expect(entry.eventsSent, await story()).toBeLessThan(10_000);
  });

  test(`a client that leaves before ${model} on ${path} has answered ends the provider's call at once`, async () => {
    await provider.reset();
    await provider.script({ answer: { kind: "never" } });
    const abort = new AbortController();
    const asked = gateway.post(path, ask(model, "hello"), {}, abort.signal).catch(() => undefined);
    await waitUntil("the call to reach the provider", async () => (await provider.log()).length === 1);
    abort.abort();
    await asked;
    expect((await aborted()).status).toBeUndefined();
  });
}

test("what an aborted stream used is recorded", async () => {
  await provider.reset();
  const abort = new AbortController();
  const response = await gateway.post(
    "/v1/chat/completions",
    ask("oai/fake-gpt", "[[words:2000]] [[delay:5]]", { stream: true }),
    {},
    abort.signal,
  );
  await response.body?.getReader().read();
  const id = response.headers.get("x-headgate-id") ?? "no id";
  abort.abort();
  await aborted();
  await waitUntil(
    "the record",
    async () => (await (await gateway.admin("GET", "/api/logs?limit=20")).text()).includes(id),
    5000,
    100,
  );
});

test(`${full ? 100_000 : 500} aborted streams leave the workers' memory where it was`, async () => {
  await provider.reset();
  const leave = async () => {
    const abort = new AbortController();
    const response = await gateway.post(
      "/v1/chat/completions",
      ask("oai/fake-gpt", "[[words:100]] [[delay:50]]", { stream: true }),
      {},
      abort.signal,
    );
    await response.body?.getReader().read();
    abort.abort();
  };
  const many = async (count: number) => {
    for (let left = count; left > 0; left -= 20) await Promise.all(Array.from({ length: Math.min(20, left) }, leave));
    await Bun.sleep(500);
    await provider.reset();
  };
  // Warm: the collector's heap and the connection pool have then the size they keep.
  await many(full ? 2000 : 300);
  const before = rssOf();
  await many(full ? 100_000 : 500);
  const grownMb = (rssOf() - before) / 1_048_576;
  expect(grownMb).toBeLessThan(full ? 10 : 30);
  expect((await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "hello"))).status).toBe(200);
}, 1_800_000);

function rssOf(): number {
  return gateway
    .pids()
    .filter((one) => one.role === "worker")
    .map((one) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${one.pid}/status`, "utf8"))?.[1]) * 1024)
    .reduce((sum, bytes) => sum + bytes, 0);
}
