import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { scaleDecimal } from "#lib/decimal";
import { ask, full, startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { expectInvariants } from "./invariants.ts";
import { amplyLimited, limitedConfig, limitedKeys } from "./limited-keys.ts";
import { joined, startTraffic, type Traffic, type Witness } from "./traffic.ts";

const workers = 2;
const { gateway, provider } = await startPair({ workers, configure: () => limitedConfig });
const databaseFile = join(gateway.dataDir, "logs.sqlite");
const all: Witness[] = [];
const lockedMs = full ? 10_000 : 1000;

const invariants = async (traffic: Traffic) => {
  await traffic.stop();
  all.push(traffic.witness());
  const sentOn = (await provider.log()).length;
  return expectInvariants({ gateway, workers, witness: joined(all), sentOn, keys: amplyLimited }, 30_000);
};

test("while the control plane is dead inference goes on, the API waits for the next or says so, and the records come afterwards", async () => {
  const traffic = startTraffic({ gateway: () => gateway, clients: 8, keys: amplyLimited });
  try {
    const until = Date.now() + 3000;
    const answers = new Set<string>();
    while (Date.now() < until) {
      for (const { pid } of gateway.pids().filter(({ role }) => role === "control")) process.kill(pid, "SIGKILL");
      // Of no use but to be sent: a change, which nothing there takes.
      const response = await gateway.admin("POST", "/api/audit/verify");
      await response.arrayBuffer();
      answers.add(`${response.status} ${response.headers.get("content-type")?.split(";")[0]}`);
      await Bun.sleep(20);
    }
    const allowed = ["405 application/problem+json", "503 application/problem+json"];
    expect([...answers].filter((answer) => !allowed.includes(answer))).toEqual([]);
  } finally {
    await traffic.stop();
  }
  await invariants(traffic);
  expect(failuresOf(traffic)).toEqual(noFailures);
}, 240_000);

test("while logs.sqlite is locked inference goes on, and the records come afterwards", async () => {
  const database = new Database(databaseFile);
  const traffic = startTraffic({ gateway: () => gateway, clients: 8, keys: amplyLimited });
  try {
    database.exec("BEGIN IMMEDIATE");
    await Bun.sleep(lockedMs);
    await waitUntil("answers", () => traffic.witness().complete.size > 50, 20_000);
    database.exec("ROLLBACK");
  } finally {
    database.close();
  }
  await invariants(traffic);
  expect(failuresOf(traffic)).toEqual(noFailures);
}, 240_000);

// The store waits five seconds for a lock before it gives up.
test.skipIf(!full)(
  "while config.sqlite is locked inference goes on, a change is refused, and the audit chain stays whole",
  async () => {
    const database = new Database(join(gateway.dataDir, "config.sqlite"));
    const traffic = startTraffic({ gateway: () => gateway, clients: 8, keys: amplyLimited });
    const makeKey = () => gateway.admin("POST", "/api/virtual-keys", { name: "made-while-locked" });
    try {
      database.exec("BEGIN IMMEDIATE");
      const before = traffic.witness().complete.size;
      const refused = await makeKey();
      expect(refused.status).toBeWithin(500, 504);
      expect(traffic.witness().complete.size).toBeGreaterThan(before + 50);
      database.exec("ROLLBACK");
    } finally {
      database.close();
    }
    const made = await makeKey();
    expect(made.status).toBe(201);
    const verdict = await (await gateway.admin("GET", "/api/audit/verify")).json();
    expect(verdict).toMatchObject({ ok: true });
    await invariants(traffic);
    expect(failuresOf(traffic)).toEqual(noFailures);
  },
  240_000,
);

test("1,000 requests with the same x-request-id make 1,000 records and charges", async () => {
  const label = "the-same-for-all";
  const spent = async () => (await budgetOf(limitedKeys.rich)).spent_usd;
  const before = await spent();
  const one = async () => {
    const body = ask("oai/fake-gpt", "hello");
    const headers = { "x-request-id": label, authorization: `Bearer ${limitedKeys.rich}` };
    const response = await gateway.post("/v1/chat/completions", body, headers);
    expect(response.headers.get("x-request-id")).toBe(label);
    await response.arrayBuffer();
    const [id = "none", cost] = ["x-headgate-id", "x-headgate-cost"].map((name) => response.headers.get(name) ?? "");
    return { id, cost };
  };
  const answers: Awaited<ReturnType<typeof one>>[] = [];
  for (let left = 1000; left > 0; left -= 50) answers.push(...(await Promise.all(Array.from({ length: 50 }, one))));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1000);
  const labelled = async () => {
    const page = await (await gateway.admin("GET", "/api/logs?limit=1000")).text();
    return page.split(`"request_id":"${label}"`).length - 1;
  };
  await waitUntil("the records", async () => (await labelled()) === 1000, 10_000, 100);
  all.push({ ...nobody, complete: new Set(answers.map(({ id }) => id)) });
  const sentOn = (await provider.log()).length;
  await expectInvariants({ gateway, workers, witness: joined(all), sentOn, keys: amplyLimited });
  // Every answer told what it cost, and the budget was charged a thousand times that.
  expect(new Set(answers.map(({ cost }) => cost)).size).toBe(1);
  const charged = (scaleDecimal(await spent(), 9) ?? 0) - (scaleDecimal(before, 9) ?? 0);
  expect(charged).toBe(1000 * (scaleDecimal(answers[0]?.cost ?? "", 9) ?? 0));
}, 240_000);

// The last of these: the records from before are gone with the file.
test("a deleted logs.sqlite is made anew and nothing that is answered from then on is lost", async () => {
  const before = startTraffic({ gateway: () => gateway, clients: 8, keys: amplyLimited });
  await Bun.sleep(300);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(databaseFile + suffix, { force: true });
  const traffic = startTraffic({ gateway: () => gateway, clients: 8, keys: amplyLimited });
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
}, 240_000);

/** The first budget of a key. */
async function budgetOf(key: string): Promise<{ readonly spent_usd: string }> {
  const response = await fetch(`${gateway.url}/api/me`, { headers: { authorization: `Bearer ${key}` } });
  const me: { readonly budgets: readonly { readonly spent_usd: string }[] } = JSON.parse(await response.text());
  return me.budgets[0] ?? expect.unreachable();
}

const nobody = joined([]);
const noFailures = { refused: 0, failed: 0, unrecorded: 0, broken: 0 };

function failuresOf(traffic: Traffic): typeof noFailures {
  const { refused, failed, unrecorded, broken } = traffic.witness();
  return { refused: refused.size, failed: failed.size, unrecorded: unrecorded.size, broken };
}
