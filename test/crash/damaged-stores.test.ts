import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { databaseFileState } from "#lib/database-file";
import { ask, twoProviders } from "../e2e/start-pair.ts";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { end } from "./reborn-pair.ts";

const provider = await startFakeProvider();
const first = await startHeadgate({ config: twoProviders(provider.url), workers: 1 });
const { dataDir } = first;
const gateways: Headgate[] = [first];
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop();
  await provider.stop();
});

const configFile = join(dataDir, "config.sqlite");
const logFile = join(dataDir, "logs.sqlite");
const half = (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2 / 512) * 512);
const others = (file: string) => writeFileSync(file, "x".repeat(100_000));

const start = async () => {
  const gateway = await startHeadgate({ config: twoProviders(provider.url), workers: 1, dataDir });
  gateways.push(gateway);
  return gateway;
};
const stop = async (gateway: Headgate) => {
  for (const { pid, role } of gateway.pids()) if (role === "supervisor") process.kill(pid, "SIGTERM");
  await gateway.exited;
};
const killAll = async (gateway: Headgate) => {
  for (const { pid } of gateway.pids()) end(pid);
  await gateway.exited;
};
const chat = async (gateway: Headgate) => {
  const answer = await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "hello"));
  await answer.arrayBuffer();
  expect(answer.status).toBe(200);
  return answer.headers.get("x-headgate-id") ?? "";
};
const isRecorded = (gateway: Headgate, id: string, timeoutMs = 20_000) =>
  waitUntil(
    `the record ${id}`,
    async () => (await gateway.admin("GET", `/api/logs/${id}`)).status === 200,
    timeoutMs,
    200,
  );
const isSoonRecorded = (gateway: Headgate, id: string) =>
  isRecorded(gateway, id, 2000).then(
    () => true,
    () => false,
  );
const readiness = async (gateway: Headgate) => (await fetch(`${gateway.url}/readyz`)).text();
const setAside = (name: string) =>
  readdirSync(dataDir).filter((found) => new RegExp(`^${name}\\.damaged-[^-]+$`).test(found)).length;

test("a log that is emptied, cut off or overwritten while it is open is set aside, and records go into the next", async () => {
  for (const damage of [(file: string) => truncateSync(file), half, others]) {
    await isRecorded(first, await chat(first));
    const before = setAside("logs.sqlite");
    damage(logFile);
    // A checkpoint puts all of it back where its write-ahead log still has all.
    const isMended = () => setAside("logs.sqlite") > before || databaseFileState(logFile) === "whole";
    await waitUntil("another log", isMended, 20_000, 100);
    // What came into the file between its damage and the discovery of it is set aside with it.
    await waitUntil(
      "a record in the next log",
      async () => await isSoonRecorded(first, await chat(first)),
      20_000,
      100,
    );
    expect(await readiness(first)).not.toContain("logs.sqlite");
  }
  expect(first.output()).toContain("The log's database is damaged");
}, 240_000);

test("a configuration that is cut off while it is open is put back as long as its log has all of it", async () => {
  expect((await first.admin("POST", "/api/teams", { name: "kept" })).status).toBe(201);
  truncateSync(configFile);
  await waitUntil("the file", () => statSync(configFile).size > 0, 20_000, 100);
  await waitUntil("the next control plane", () => first.output().includes("control is back"), 20_000, 100);
  const teams = await waitUntil("the teams", async () => {
    const answer = await first.admin("GET", "/api/teams");
    return answer.status === 200 && (await answer.text());
  });
  expect(teams).toContain('"kept"');
}, 240_000);

test("a start sets a damaged log aside, and goes on", async () => {
  await killAll(first);
  // The log beside it would make up for the file.
  truncateIfThere(`${logFile}-wal`);
  others(logFile);
  const before = setAside("logs.sqlite");
  const gateway = await start();
  await isRecorded(gateway, await chat(gateway));
  expect(setAside("logs.sqlite")).toBeGreaterThan(before);
  await stop(gateway);
  // Budgets would be filled from it.
  rmSync(join(dataDir, "ledger"));
  const away = join(dataDir, "logs-away");
  move(logFile, away);
  others(logFile);
  expect(await refusal()).toMatch(/Cannot use the database \S+logs\.sqlite: file is not a database/);
  move(away, logFile);
}, 240_000);

test("a configuration that is damaged for good is told by /readyz while its instance serves, and refused in words by a start", async () => {
  const gateway = await start();
  // What its log has is brought into the file by the end of the process before.
  others(configFile);
  const told = await waitUntil("a warning", async () => {
    const text = await readiness(gateway);
    return text.includes("config.sqlite") && text;
  });
  expect(told).toContain("is damaged");
  expect(told).toContain('"ready"');
  await chat(gateway);
  await stop(gateway);
  for (const suffix of ["-wal", "-shm"]) truncateIfThere(configFile + suffix);
  others(configFile);
  expect(await refusal()).toMatch(
    /config\.sqlite: file is not a database; a healthy SQLite file \(or a backup of it\)/,
  );
  truncateSync(configFile);
  expect(await refusal()).toMatch(/config\.sqlite: it is empty, and this data directory was configured before/);
}, 240_000);

async function refusal(): Promise<string> {
  return start().then(
    () => "it started",
    (error: Error) => error.message,
  );
}

/** With what its log has: a process that was in the middle of something may have left it. */
function move(database: string, to: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(database + suffix)) renameSync(database + suffix, to + suffix);
    else rmSync(to + suffix, { force: true });
  }
}

function truncateIfThere(file: string): void {
  try {
    truncateSync(file);
  } catch {
    // It went with the last process.
  }
}
