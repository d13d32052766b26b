import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ask, startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { expectInvariants } from "./invariants.ts";
import { joined, startTraffic, type Traffic, type Witness } from "./traffic.ts";

const workers = 2;
const { gateway, provider } = await startPair({ workers });
const databaseFile = join(gateway.dataDir, "logs.sqlite");
const all: Witness[] = [];

const invariants = async (traffic: Traffic) => {
  await traffic.stop();
  all.push(traffic.witness());
  return expectInvariants({ gateway, workers, witness: joined(all), sentOn: (await provider.log()).length }, 30_000);
};

test("while the control plane is dead inference goes on, the API says so, and the records come afterwards", async () => {
  const traffic = startTraffic({ gateway: () => gateway, clients: 8 });
  try {
    const until = Date.now() + 3000;
    const answers = new Set<string>();
    while (Date.now() < until) {
      for (const { pid } of gateway.pids().filter(({ role }) => role === "control")) process.kill(pid, "SIGKILL");
      const response = await gateway.admin("GET", "/api/logs?limit=1");
      await response.arrayBuffer();
      answers.add(`${response.status} ${response.headers.get("content-type")?.split(";")[0]}`);
      await Bun.sleep(20);
    }
    expect(answers).toContain("503 application/problem+json");
    expect(answers.size).toBeLessThanOrEqual(2);
  } finally {
    await traffic.stop();
  }
  await invariants(traffic);
  expect(failuresOf(traffic)).toEqual(noFailures);
}, 60_000);

test("while logs.sqlite is locked inference goes on, and the records come afterwards", async () => {
  const database = new Database(databaseFile);
  const traffic = startTraffic({ gateway: () => gateway, clients: 8 });
  try {
    database.exec("BEGIN IMMEDIATE");
    await Bun.sleep(2000);
    await waitUntil("answers", () => traffic.witness().complete.size > 50, 20_000);
    database.exec("ROLLBACK");
  } finally {
    database.close();
  }
  await invariants(traffic);
  expect(failuresOf(traffic)).toEqual(noFailures);
}, 60_000);

test("1,000 requests with the same x-request-id make 1,000 records", async () => {
  const label = "the-same-for-all";
  const one = async () => {
    const body = ask("oai/fake-gpt", "hello");
    const response = await gateway.post("/v1/chat/completions", body, { "x-request-id": label });
    expect(response.headers.get("x-request-id")).toBe(label);
    await response.arrayBuffer();
    return response.headers.get("x-headgate-id") ?? "none";
  };
  const ids: string[] = [];
  for (let left = 1000; left > 0; left -= 50) ids.push(...(await Promise.all(Array.from({ length: 50 }, one))));
  expect(new Set(ids).size).toBe(1000);
  const labelled = async () => {
    const page = await (await gateway.admin("GET", "/api/logs?limit=1000")).text();
    return page.split(`"request_id":"${label}"`).length - 1;
  };
  await waitUntil("the records", async () => (await labelled()) === 1000, 10_000, 100);
  const witness = joined([...all, { ...nobody, complete: new Set(ids) }]);
  await expectInvariants({ gateway, workers, witness, sentOn: (await provider.log()).length });
}, 60_000);

// The last of these: the records from before are gone with the file.
test("a deleted logs.sqlite is made anew and nothing that is answered from then on is lost", async () => {
  const before = startTraffic({ gateway: () => gateway, clients: 8 });
  await Bun.sleep(300);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(databaseFile + suffix, { force: true });
  const traffic = startTraffic({ gateway: () => gateway, clients: 8 });
  const { complete } = traffic.witness();
  await waitUntil("answers", () => complete.size > 100, 20_000);
  await Promise.all([before.stop(), traffic.stop()]);
  await waitUntil(
    "all records of answers since then",
    async () => {
      const page = await (await gateway.admin("GET", "/api/logs?limit=1000")).text();
      return [...complete].every((id) => page.includes(id));
    },
    10_000,
    100,
  );
  expect(failuresOf(traffic)).toEqual(noFailures);
}, 60_000);

const nobody = joined([]);
const noFailures = { refused: 0, failed: 0, unrecorded: 0, broken: 0 };

function failuresOf(traffic: Traffic): typeof noFailures {
  const { refused, failed, unrecorded, broken } = traffic.witness();
  return { refused: refused.size, failed: failed.size, unrecorded: unrecorded.size, broken };
}
