import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arrayOf, isObject, type JsonObject, tryParseJson } from "#lib/json";
import { type Headgate, startHeadgate, testKey } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { runTool } from "./run-tool.ts";

const scratch = mkdtempSync(join(tmpdir(), "headgate-backup-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const config = {
  providers: { demo: {} },
  virtual_keys: [{ name: "test", value: testKey, budgets: [{ limit_usd: 100, period: "1y" }] }],
};

test("a copy of a stopped instance's directory goes on where it was: records, bodies and budgets", async () => {
  const dataDir = join(scratch, "stopped");
  const before = await startHeadgate({ config, dataDir });
  for (let asked = 0; asked < 20; asked += 1) await ask(before, `question ${asked}`);
  const told = await waitUntil("all records", () => stateOf(before, 20));
  await before.stop();
  cpSync(dataDir, join(scratch, "stopped-copy"), { recursive: true });
  const after = await startHeadgate({ config, dataDir: join(scratch, "stopped-copy") });
  try {
    expect(await waitUntil("all records again", () => stateOf(after, 20))).toEqual(told);
  } finally {
    await after.stop();
  }
});

const sqlite = Bun.which("sqlite3");
if (sqlite === null) process.stdout.write("sqlite3 is not here: the backup of a running instance is skipped\n");

test.skipIf(sqlite === null)(
  "a backup of an instance under load starts, has readable bodies, and budgets that its records account for",
  async () => {
    const dataDir = join(scratch, "running");
    const copy = join(scratch, "running-copy");
    const gateway = await startHeadgate({ config, dataDir });
    let going = true;
    const traffic = Array.from({ length: 4 }, async (_, client) => {
      for (let asked = 0; going && asked < 200; asked += 1) await ask(gateway, `client ${client}, question ${asked}`);
    });
    await waitUntil("some records", () => stateOf(gateway, 50));
    mkdirSync(copy, { mode: 0o700 });
    // As docs/guides/production.md has it.
    for (const name of ["config.sqlite", "logs.sqlite"]) {
      runTool("sqlite3", join(dataDir, name), `.backup ${join(copy, name)}`);
    }
    cpSync(join(dataDir, "master.key"), join(copy, "master.key"));
    if (existsSync(join(dataDir, "content")))
      cpSync(join(dataDir, "content"), join(copy, "content"), { recursive: true });
    going = false;
    await Promise.all(traffic);
    await gateway.stop();

    const restored = await startHeadgate({ config, dataDir: copy });
    try {
      const { records, spentUsd } = await waitUntil("records of the backup", () => stateOf(restored, 50));
      const charged = records.reduce((sum, { cost_usd: cost }) => sum + Number(cost), 0);
      expect(Number(spentUsd)).toBeCloseTo(charged, 9);
      // The newest may have no bodies yet, but none points to one that the copy lacks.
      const kept = await Promise.all(
        [...records.slice(0, 20), ...records.slice(-20)].map(({ id }) => record(restored, id)),
      );
      expect(kept.filter(({ bodies_unreadable: unreadable }) => unreadable !== undefined)).toEqual([]);
      const oldest = kept.slice(-20);
      expect(oldest.filter(({ request }) => !JSON.stringify(request ?? null).includes("question"))).toEqual([]);
      expect((await ask(restored, "is it alive")).status).toBe(200);
    } finally {
      await restored.stop();
    }
  },
);

async function ask(gateway: Headgate, content: string): Promise<Response> {
  const response = await gateway.post("/v1/chat/completions", {
    model: "demo/echo",
    messages: [{ role: "user", content }],
  });
  await response.arrayBuffer();
  return response;
}

type State = { readonly records: readonly JsonObject[]; readonly spentUsd: unknown };

/** What an operator sees, once there are at least so many records and nothing waits to be stored. */
async function stateOf(gateway: Headgate, atLeast: number): Promise<State | undefined> {
  const records = await listed(gateway, "/api/logs?limit=1000&from=2020-01-01");
  const [budget] = await listed(gateway, "/api/budgets?scope=key&name=test");
  return records.length < atLeast ? undefined : { records, spentUsd: budget?.spent_usd };
}

async function record(gateway: Headgate, id: unknown): Promise<JsonObject> {
  const answer = tryParseJson(await (await gateway.admin("GET", `/api/logs/${id}`)).text());
  return isObject(answer) ? answer : {};
}

async function listed(gateway: Headgate, path: string): Promise<readonly JsonObject[]> {
  const answer = tryParseJson(await (await gateway.admin("GET", path)).text());
  return isObject(answer) ? arrayOf(answer, "data").filter(isObject) : [];
}
