import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { type HealthState, newHealth } from "#core/health";
import { waitUntil } from "../../test/harness/wait-until";
import { openLedgerAdmin } from "./admin";
import { type ScratchLedger, scratchLedger } from "./fixtures/scratch-ledger";
import { forgetHealthTimes, healthName, openHealthTable } from "./health-table";
import { headerInt, healthRow } from "./layout";
import { breakLocks } from "./recover";

const opened: ScratchLedger[] = [];
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.remove();
});

function table(nowMs: () => number = Date.now) {
  const scratch = scratchLedger([]);
  opened.push(scratch);
  const { file } = openLedgerAdmin(scratch.path, { role: "control", generation: 1 });
  return { ...scratch, file, health: openHealthTable(file, nowMs) };
}

const failed = (state: HealthState): HealthState => ({ ...state, errors: state.errors + 1, lastStatus: 503 });

test("update() is seen by every process, in every number", () => {
  const { health, admin } = table();
  const row = health.row("openai/gpt-5#main");
  const state: HealthState = {
    consecutiveErrors: 1,
    ejections: 2,
    ejectedUntilMs: 3.5,
    probeUntilMs: 4,
    heldUntilMs: 5,
    windowStartMs: 6,
    windowRequests: 7,
    windowErrors: 8,
    previousRequests: 9,
    previousErrors: 10,
    retryTokens: 11.2,
    lastErrorAtMs: 12,
    lastStatus: 13,
    latencyMs: 14.25,
    requests: 15,
    errors: 16,
    retries: 17,
    inputTokens: 18,
    outputTokens: 19,
    costNanodollars: 20,
  };
  expect(Object.keys(state)).toHaveLength(healthRow.numberCount);
  expect(health.read(row)).toEqual(newHealth);
  expect(health.update(row, () => state)).toEqual(state);
  expect(admin.health.row("openai/gpt-5#main")).toBe(row);
  expect(admin.health.read(row)).toEqual(state);
  expect(admin.health.list()).toEqual([{ name: "openai/gpt-5#main", state }]);
  expect(healthName(admin.file, row)).toBe("openai/gpt-5#main");
});

test("addUse() adds to three sums and changes nothing else", () => {
  const { health, admin } = table();
  const row = health.row("openai/gpt-5#main");
  health.update(row, failed);
  const use = { inputTokens: 5, outputTokens: 7, costNanodollars: 11 };
  health.addUse(row, use);
  admin.health.addUse(row, { ...use, costNanodollars: Number.NaN });
  health.addUse(-1, use);
  expect(health.read(row)).toEqual({ ...failed(newHealth), inputTokens: 10, outputTokens: 14, costNanodollars: 11 });
});

test("row() keeps names apart, long and foreign ones too", () => {
  const { health, admin } = table();
  const long = "ä".repeat(300);
  const names = ["a/b#c", "a/b", "", "é/ü#ß", long, `${long}x`];
  const rows = names.map((name) => health.row(name));
  expect(new Set(rows).size).toBe(names.length);
  for (const [index, row] of rows.entries()) health.update(row, (state) => ({ ...state, requests: index }));
  expect(names.map((name) => admin.health.read(admin.health.row(name)).requests)).toEqual([0, 1, 2, 3, 4, 5]);
  const listed = admin.health.list().map(({ name }) => name);
  expect(listed).toContain("é/ü#ß");
  expect(listed.filter((name) => name.startsWith("ääää") && name.length < 200)).toHaveLength(2);
});

test("a row of -1 stays new, and a change that throws leaves everything as it was", () => {
  const { health, file } = table();
  expect(health.read(-1)).toEqual(newHealth);
  expect(health.update(-1, failed)).toEqual(newHealth);
  const row = health.row("a");
  expect(() =>
    health.update(row, () => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(file.readInt(headerInt.healthLock)).toBe(0);
  expect(health.update(row, failed).errors).toBe(1);
});

test("update() stores no number that is none", () => {
  const { health } = table();
  const row = health.row("a");
  health.update(row, (state) => ({ ...state, requests: 3, latencyMs: 4 }));
  health.update(row, (state) => ({ ...state, requests: Number.NaN, latencyMs: Number.POSITIVE_INFINITY }));
  expect(health.read(row)).toMatchObject({ requests: 3, latencyMs: 4 });
});

test("row() gives a row that was idle for ten minutes to another name once all are taken", () => {
  let now = 1_000_000;
  const { health, admin } = table(() => now);
  const first = health.row("name 0");
  const ejected = health.row("name 1");
  health.update(first, failed);
  health.update(ejected, (state) => ({ ...state, ejectedUntilMs: 77 }));
  for (let index = 2; index < healthRow.count; index++) health.row(`name ${index}`);
  expect(health.list()).toHaveLength(healthRow.count);
  expect(health.row("new")).toBe(-1);
  now += 599_000;
  for (let index = 2; index < healthRow.count; index++) health.update(health.row(`name ${index}`), failed);
  now += 2_000;
  const recycled = health.row("new");
  expect(recycled).not.toBe(-1);
  expect(health.row("newer")).toBe(-1);
  // Who remembers the row from before sees that it is another's.
  expect(health.read(first)).toEqual(newHealth);
  expect(health.update(first, failed)).toEqual(newHealth);
  expect(health.read(recycled)).toEqual(newHealth);
  expect(healthName(admin.file, first)).toBe("");
  expect(health.row("name 0")).toBe(-1);
  expect(health.read(ejected).ejectedUntilMs).toBe(77);
  now += 3_600_000;
  expect(health.row("newer")).not.toBe(-1);
  expect(health.list().map(({ name }) => name)).toContain("new");
});

test("forgetHealthTimes() keeps what was counted", () => {
  const { health, file } = table();
  const row = health.row("a");
  health.update(row, (state) => ({
    ...state,
    ejectedUntilMs: 9e9,
    lastErrorAtMs: 9e9,
    ejections: 3,
    requests: 5,
    errors: 2,
  }));
  forgetHealthTimes(file);
  expect(health.read(row)).toEqual({ ...newHealth, requests: 5, errors: 2 });
});

test("update() leaves a row alone while a dead process has the lock, and works again once that is broken", async () => {
  const { health, path, admin } = table();
  const row = health.row("mortal");
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures", "health-child.ts"), path, "die"], {
    stdout: "ignore",
    stderr: "inherit",
  });
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  const before = health.read(row);
  const startedMs = performance.now();
  // Waiting for the lock each time would take 100 s.
  for (let times = 0; times < 100_000; times++) health.update(row, failed);
  expect(performance.now() - startedMs).toBeLessThan(60_000);
  expect(health.read(row)).toEqual(before);
  expect(health.row("other")).toBe(-1);
  // What has a row is found without the lock: recovery names the target of a hold by it.
  expect(openHealthTable(admin.file).row("mortal")).toBe(row);
  breakLocks(admin.file, { role: "worker", worker: 0, generation: 1 });
  expect(health.update(row, failed).errors).toBe(before.errors + 1);
  expect(health.row("other")).not.toBe(-1);
});

test("update() loses nothing between processes that do not die, and stays whole when they are killed", async () => {
  const { health, path, admin } = table();
  const row = health.row("mortal");
  const spawn = (worker: number, times: number) =>
    Bun.spawn(
      [process.execPath, join(import.meta.dir, "fixtures", "health-child.ts"), path, "count", `${worker}`, `${times}`],
      {
        stdout: "pipe",
        stderr: "inherit",
      },
    );
  const children = [spawn(0, 20_000), spawn(1, 20_000)];
  const counted = await Promise.all(children.map(async (child) => Number(await child.stdout.text())));
  expect(health.read(row).requests).toBe(counted.reduce((sum, count) => sum + count, 0));
  for (let round = 0; round < 4; round++) {
    const { requests } = health.read(row);
    const child = spawn(0, 1e9);
    await waitUntil("a child that counts", () => health.read(row).requests > requests + 1000 * round, 15_000, 1);
    child.kill("SIGKILL");
    await child.exited;
    breakLocks(admin.file, { role: "worker", worker: 0, generation: 1 });
    const state = health.update(row, (now) => now);
    expect(Object.values(state).every(Number.isFinite)).toBe(true);
    expect(Math.abs(state.requests - state.errors)).toBeLessThanOrEqual(1);
  }
});
