import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sendCommand } from "#supervisor/command-socket";
import { readLock } from "#supervisor/lock-file";
import { isAlive } from "#supervisor/process-identity";
import { setBehaviour, startSupervised, temporaryDirectory, until } from "./started";

setDefaultTimeout(240_000);

test.concurrent("startSupervisor() serves and SIGTERM stops everything with code 0", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path, { workers: 2 });
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const children = gateway.lock()?.children ?? [];
  expect(children.map((child) => child.index)).toEqual([undefined, 0, 1]);
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(existsSync(join(data.path, "headgate.lock"))).toBe(false);
});

test.concurrent("startSupervisor() gives workers no secret and the raised limit of connections", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const names: string[] = JSON.parse(await (await fetch(`${gateway.url}/environment`)).text());
  const memory = ["MIMALLOC_PURGE_HOLES_MIN_INTERVAL", "BUN_JSC_useWarmUpMarkedBlocks"];
  const runtime = ["BUN_CONFIG_MAX_HTTP_REQUESTS", ...memory];
  const allowed = [...runtime, "HEADGATE_PROCESS", "HOME", "PATH", "TZ"];
  expect(names).toContain("BUN_CONFIG_MAX_HTTP_REQUESTS");
  expect(names.filter((name) => !allowed.includes(name) && !/PROXY|CERT/i.test(name))).toEqual([]);
});

test.concurrent("startSupervisor() understands children of earlier and later versions", async () => {
  using data = temporaryDirectory();
  const earlier = { type: "first-start", lines: ["said without a version"] };
  const later = { type: "dance", version: "9.0.0", steps: 3 };
  setBehaviour(data.path, { says: [later, earlier] });
  await using gateway = await startSupervised(data.path);
  expect(gateway.output()).toContain("said without a version");
  const warning = gateway
    .output()
    .split("\n")
    .find((line) => line.includes("left aside a message"));
  expect(JSON.parse(warning ?? "{}")).toMatchObject({
    level: "warn",
    child: "control",
    type: "dance",
    version: "9.0.0",
  });
  expect((await gateway.ask()).generation).toBe(1);
});

test.concurrent("startSupervisor() leaves the data directory of a later version alone", async () => {
  using data = temporaryDirectory();
  const later = JSON.stringify({ format: 2, version: "9.0.0" });
  writeFileSync(join(data.path, "headgate.lock"), later);
  await using gateway = await startSupervised(data.path);
  expect(await gateway.exited).toBe(1);
  expect(gateway.output()).toContain("Headgate 9.0.0 wrote it in form 2");
  expect(readFileSync(join(data.path, "headgate.lock"), "utf8")).toBe(later);
  rmSync(join(data.path, "headgate.lock"));
});

test.concurrent("startSupervisor() replaces a killed worker while the other serves", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path, { workers: 2 });
  const victim = (await gateway.ask()).pid;
  process.kill(victim, "SIGKILL");
  await until(() => gateway.lock()?.children.every((child) => child.pid !== victim));
  expect((await until(() => gateway.ask())).pid).not.toBe(victim);
  await until(() => gateway.lock()?.children.length === 3);
  await until(() => gateway.output().includes("is back"));
});

test.concurrent("startSupervisor() replaces a killed control process, workers go on", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const control = gateway.lock()?.children.find((child) => child.index === undefined)?.pid ?? 0;
  const worker = (await gateway.ask()).pid;
  process.kill(control, "SIGKILL");
  expect((await gateway.ask()).pid).toBe(worker);
  const socket = gateway.lock()?.sockets.control ?? "";
  const back = await until(async () => (await fetch("http://localhost/", { unix: socket })).text());
  expect(back).not.toContain(String(control));
});

test.concurrent("startSupervisor() journals what a killed worker was doing as interrupted", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const id = `${Date.now().toString(16).padStart(12, "0")}${"ab".repeat(10)}`;
  const { pid } = await gateway.ask(`/hold?id=${id}`);
  process.kill(pid, "SIGKILL");
  const journal = join(data.path, "journal");
  const file = await until(() => readdirSync(journal).find((name) => /supervisor.*[^w]$/.test(name)));
  // An id is 16 bytes in a record.
  const segment = readFileSync(join(journal, file), "latin1");
  expect(segment).toContain(Buffer.from(id, "hex").toString("latin1"));
  expect(segment).toContain("interrupted");
  expect((await until(() => gateway.ask())).pid).not.toBe(pid);
});

test.concurrent("startSupervisor() lets running requests finish when it is stopped", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const slow = await gateway.begin(700);
  gateway.signal("SIGTERM");
  expect((await slow.answer).generation).toBe(1);
  expect(await gateway.exited).toBe(0);
});

test.concurrent("startSupervisor() drains when a service manager signals every process", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const slow = await gateway.begin(500);
  for (const child of gateway.lock()?.children ?? []) process.kill(child.pid, "SIGTERM");
  gateway.signal("SIGTERM");
  expect((await slow.answer).generation).toBe(1);
  expect(await gateway.exited).toBe(0);
  expect(gateway.output()).not.toContain("replacing it");
});

test("startSupervisor() obeys SIGTERM while it starts", async () => {
  using data = temporaryDirectory();
  setBehaviour(data.path, { workerStartMs: 25_000 });
  const starting = startSupervised(data.path);
  const lock = await until(() => {
    const found = readLock(data.path);
    return found?.children.length === 2 && found;
  });
  process.kill(lock.pid, "SIGTERM");
  await using gateway = await starting;
  expect(await gateway.exited).toBe(0);
  expect(lock.children.filter(isAlive)).toEqual([]);
  expect(existsSync(join(data.path, "headgate.lock"))).toBe(false);
});

test("startSupervisor() obeys SIGTERM during a restart, and what asked for that hears of it", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  setBehaviour(data.path, { workerStartMs: 25_000 });
  const restart = sendCommand(gateway.lock()?.sockets.supervisor ?? "", { type: "restart" }, 20_000);
  const refused = restart.then(
    ({ ok }) => ok,
    () => false,
  );
  const children = await until(() => {
    const found = gateway.lock()?.children ?? [];
    return found.filter(({ generation }) => generation === 2).length === 2 && found;
  });
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(await refused).toBe(false);
  expect(children.filter(isAlive)).toEqual([]);
});

test("startSupervisor() puts back a lock file that was deleted, and starts with torn files", async () => {
  using data = temporaryDirectory();
  const file = join(data.path, "headgate.lock");
  {
    await using gateway = await startSupervised(data.path);
    rmSync(file);
    await using second = await startSupervised(data.path);
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain("Cannot use the data directory");
    await until(() => existsSync(file));
    expect(gateway.lock()?.pid).toBe(gateway.pid);
    gateway.signal("SIGTERM");
    expect(await gateway.exited).toBe(0);
  }
  writeFileSync(file, "");
  writeFileSync(join(data.path, "generation"), "");
  writeFileSync(join(data.path, "journal", "g7-w0-3.records"), "");
  await using gateway = await startSupervised(data.path);
  expect((await gateway.ask()).generation).toBe(8);
});

test("startSupervisor() replaces a dead worker though the lock file cannot be written", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const { pid } = await gateway.ask();
  // Nobody may write into a directory that is in the place of the draft.
  const draft = join(data.path, `headgate.lock.${gateway.pid}`);
  mkdirSync(draft);
  process.kill(pid, "SIGKILL");
  expect((await until(() => gateway.ask())).pid).not.toBe(pid);
  expect(gateway.output()).toContain("Cannot write the lock file");
  rmdirSync(draft);
  await until(() => gateway.lock()?.children.every((child) => child.pid !== pid));
});

test("startSupervisor() replaces workers that hang, never all at once, and a hung control process", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path, { workers: 2, hangTimeoutMs: 2000 });
  const before = gateway.lock()?.children ?? [];
  await Bun.sleep(1500);
  for (const { pid } of before) process.kill(pid, "SIGSTOP");
  await until(() => gateway.lock()?.children.every(({ pid }) => before.every((child) => child.pid !== pid)));
  const lines = gateway.output().split("\n");
  const at = lines.flatMap((line) => (line.includes("hangs, killing it") ? [Date.parse(JSON.parse(line).time)] : []));
  // A successor that comes late on a crowded machine may be one more.
  expect(at.length).toBeGreaterThanOrEqual(3);
  for (const [index, time] of at.entries()) expect(time - (at[index - 1] ?? 0)).toBeGreaterThanOrEqual(1900);
  expect((await until(() => gateway.ask())).generation).toBe(1);
});

test("startSupervisor() replaces successors that hang before they are ready", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path, { hangTimeoutMs: 1500 });
  const before = gateway.lock()?.children ?? [];
  setBehaviour(data.path, { hangOnce: ["control", "worker"] });
  for (const { pid } of before) process.kill(pid, "SIGKILL");
  await until(() => gateway.output().split("hangs, killing it").length > 2);
  await until(() => gateway.output().includes("control is back") && gateway.output().includes("worker-0 is back"));
  expect((await until(() => gateway.ask())).generation).toBe(1);
});

test.concurrent("startSupervisor() ends at once on a second signal, and no child stays", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path, { drainTimeoutMs: 20_000 });
  const children = gateway.lock()?.children ?? [];
  const slow = (await gateway.begin(20000)).answer.catch(() => "cut");
  gateway.signal("SIGTERM");
  await until(() => gateway.output().includes('"stopping"'));
  // What comes sooner is the same signal, passed on twice.
  await Bun.sleep(600);
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(1);
  expect(children.filter(isAlive)).toEqual([]);
  expect(existsSync(join(data.path, "headgate.lock"))).toBe(false);
  expect(await slow).toBe("cut");
});

test.concurrent("startSupervisor() fails with one line and nothing left when a child cannot run as configured", async () => {
  for (const behaviour of [{ controlFatal: "line 3: no such key" }, { workerFatal: "no such certificate" }]) {
    using data = temporaryDirectory();
    setBehaviour(data.path, behaviour);
    await using gateway = await startSupervised(data.path);
    expect(await gateway.exited).toBe(1);
    expect(
      gateway
        .output()
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("{")),
    ).toEqual([`headgate: ${Object.values(behaviour)[0]}`]);
    expect(existsSync(join(data.path, "headgate.lock"))).toBe(false);
  }
});

test.concurrent("startSupervisor() refuses a taken port and data directory, naming the holder", async () => {
  using data = temporaryDirectory();
  using other = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  await using second = await startSupervised(data.path);
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(`Headgate process ${gateway.pid} (on port ${new URL(gateway.url).port}`);
  await using third = await startSupervised(other.path, { port: Number(new URL(gateway.url).port) });
  expect(await third.exited).toBe(1);
  expect(third.output()).toContain(`the port is taken by process ${(await gateway.ask()).pid} (`);
});

test.concurrent("startSupervisor() takes over from a killed supervisor, whose worker finishes its request", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const slow = await gateway.begin(1500);
  gateway.signal("SIGKILL");
  await gateway.exited;
  await using next = await until(async () => {
    const attempt = await startSupervised(data.path, { port: Number(new URL(gateway.url).port) });
    return attempt.url !== "" && attempt;
  });
  expect((await next.ask()).generation).toBe(2);
  expect((await slow.answer).generation).toBe(1);
  await until(() => next.lock()?.children.every((child) => child.generation === 2));
});

test.concurrent("startSupervisor() starts on a ledger made anew once workers of a killed supervisor have ended, and obeys a stop before", async () => {
  using data = temporaryDirectory();
  const patient = { drainTimeoutMs: 60_000 };
  await using gateway = await startSupervised(data.path, patient);
  const ledger = join(data.path, "ledger");
  const slow = await gateway.begin(1000);
  const worker = gateway.lock()?.children.find(({ index }) => index === 0);
  if (worker === undefined) throw new Error("No worker runs");
  // It ends no sooner than it is let.
  process.kill(worker.pid, "SIGSTOP");
  rmSync(ledger);
  gateway.signal("SIGKILL");
  await gateway.exited;
  const starting = startSupervised(data.path, patient);
  await until(() => existsSync(ledger));
  process.kill(await until(() => gateway.lock()?.pid), "SIGTERM");
  await using ended = await starting;
  expect(await ended.exited).toBe(0);
  expect(ended.url).toBe("");
  expect(isAlive(worker)).toBe(true);
  process.kill(worker.pid, "SIGCONT");
  // The file is there, and still nobody has filled it.
  await using next = await startSupervised(data.path, patient);
  expect(isAlive(worker)).toBe(false);
  expect((await slow.answer).generation).toBe(1);
  expect((await next.ask()).generation).toBe(3);
});

test.concurrent("restart puts new workers in front and lets the old ones finish", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path, { workers: 2 });
  const slow = await gateway.begin(1500);
  const answer = await sendCommand(gateway.lock()?.sockets.supervisor ?? "", { type: "restart" }, 10_000);
  expect(answer).toEqual({ ok: true, message: "Generation 2 serves, the old workers finish what they are doing" });
  const socket = gateway.lock()?.sockets.control ?? "";
  expect((await fetch("http://localhost/", { unix: socket })).status).toBe(200);
  await until(async () => (await gateway.ask()).generation === 2);
  expect((await slow.answer).generation).toBe(1);
  await until(() => gateway.lock()?.children.every((child) => child.generation === 2));
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);
});

test.concurrent("restart goes back where the new generation cannot start", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  const before = await gateway.ask();
  for (const behaviour of [{ controlFatal: "line 3: no such key" }, { workerFatal: "another layout" }]) {
    setBehaviour(data.path, behaviour);
    const answer = await sendCommand(gateway.lock()?.sockets.supervisor ?? "", { type: "restart" }, 10_000);
    expect(answer).toEqual({ ok: false, message: `${Object.values(behaviour)[0]}` });
    expect(await gateway.ask()).toEqual(before);
  }
  setBehaviour(data.path, {});
  const socket = gateway.lock()?.sockets.control ?? "";
  await until(async () => (await fetch("http://localhost/", { unix: socket })).ok);
});

test.concurrent("SIGHUP reloads, or keeps the old configuration and says why", async () => {
  using data = temporaryDirectory();
  await using gateway = await startSupervised(data.path);
  gateway.signal("SIGHUP");
  await until(() => gateway.output().includes("reloaded the configuration"));
  setBehaviour(data.path, { reloadError: "line 9: unknown key" });
  gateway.signal("SIGHUP");
  await until(() => gateway.output().includes("line 9: unknown key"));
});

test.concurrent("startSupervisor() shows what the first start has to say", async () => {
  using data = temporaryDirectory();
  setBehaviour(data.path, { firstStart: ["admin token: once"] });
  await using gateway = await startSupervised(data.path);
  expect(gateway.output()).toContain("admin token: once\n");
});
