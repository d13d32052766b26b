import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveCommands } from "./command-socket";
import { acquireDataLock, isHeld, type OwnerFacts } from "./data-lock";
import { type LockFile, readLock } from "./lock-file";
import { bootId, identityOf } from "./process-identity";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "hg-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const content = (): OwnerFacts => ({
  version: "1.0.0",
  generation: 3,
  host: "127.0.0.1",
  port: 8080,
  tls: false,
  since: "2026-01-01T00:00:00.000Z",
  sockets: { control: "", snapshot: "", supervisor: join(dataDir, "s.sock") },
});

function abandon(changes: Partial<LockFile>): void {
  const gone = { ...content(), pid: 4_000_000, startedAt: "1", boot: bootId(), children: [], ...changes };
  writeFileSync(join(dataDir, "headgate.lock"), JSON.stringify(gone));
}

function nameAfter({ boot, pid, startedAt }: LockFile): string {
  return join(dataDir, `headgate.lock.after.${encodeURIComponent(`${boot}.${pid}.${startedAt}`)}`);
}

test("acquireDataLock() refuses and names the owner when it lives", async () => {
  const lock = await acquireDataLock(dataDir, content());
  const refusal = `Headgate process ${process.pid} (on port 8080, since 2026-01-01T00:00:00.000Z) owns it`;
  await expect(acquireDataLock(dataDir, content())).rejects.toThrow(refusal);
  lock.release();
  expect(existsSync(join(dataDir, "headgate.lock"))).toBe(false);
  (await acquireDataLock(dataDir, content())).release();
});

test("acquireDataLock() takes over when the owner is gone, its number is another's, or the machine restarted", async () => {
  const own = identityOf(process.pid);
  const gone: readonly Partial<LockFile>[] = [{}, { pid: process.pid, startedAt: "1" }, { ...own, boot: "another" }];
  for (const changes of gone) {
    abandon(changes);
    const lock = await acquireDataLock(dataDir, content());
    expect(lock.abandoned?.generation).toBe(3);
    expect(readLock(dataDir)?.pid).toBe(process.pid);
    lock.release();
  }
});

test("acquireDataLock() takes over a lock file that a power cut left incomplete", async () => {
  for (const torn of ["", '{"pid":41']) {
    writeFileSync(join(dataDir, "headgate.lock"), torn);
    const lock = await acquireDataLock(dataDir, content());
    expect([lock.abandoned, readLock(dataDir)?.pid]).toEqual([undefined, process.pid]);
    lock.release();
  }
});

test("acquireDataLock() leaves the lock file of a later version alone", async () => {
  const later = JSON.stringify({ format: 2, version: "9.0.0" });
  writeFileSync(join(dataDir, "headgate.lock"), later);
  await expect(acquireDataLock(dataDir, content())).rejects.toThrow("Headgate 9.0.0 wrote it in form 2");
  expect(readFileSync(join(dataDir, "headgate.lock"), "utf8")).toBe(later);
});

test("acquireDataLock() hands on the children of a dead owner, also where this start is killed or gives up", async () => {
  const child = identityOf(process.pid);
  if (child === undefined) throw new Error("this process has no identity");
  const orphan = { ...child, generation: 3, index: 0 };
  abandon({ children: [orphan, { pid: 4_000_001, startedAt: "1", generation: 3, index: 1 }] });
  const lock = await acquireDataLock(dataDir, content());
  expect(readLock(dataDir)?.children).toEqual([orphan]);
  lock.release();
  const next = await acquireDataLock(dataDir, content());
  expect(next.abandoned?.children).toEqual([orphan]);
  next.update({ children: [] });
  next.release();
  expect(existsSync(join(dataDir, "headgate.lock"))).toBe(false);
});

test("acquireDataLock() knows the children of a dead owner whose lock file was deleted or torn", async () => {
  const child = identityOf(process.pid);
  if (child === undefined) throw new Error("this process has no identity");
  const orphan = { ...child, generation: 3, index: 0 };
  for (const lose of [(file: string) => rmSync(file), (file: string) => writeFileSync(file, "{")]) {
    abandon({ children: [orphan] });
    renameSync(join(dataDir, "headgate.lock"), join(dataDir, "headgate.lock.copy"));
    writeFileSync(join(dataDir, "headgate.lock"), "");
    lose(join(dataDir, "headgate.lock"));
    const lock = await acquireDataLock(dataDir, content());
    expect(lock.abandoned?.children).toEqual([orphan]);
    expect(readLock(dataDir)?.children).toEqual([orphan]);
    lock.update({ children: [] });
    lock.release();
    expect(existsSync(join(dataDir, "headgate.lock.copy"))).toBe(false);
  }
});

test("isHeld() sees an owner in another container by its socket", async () => {
  abandon({});
  const left = readLock(dataDir);
  if (left === undefined) throw new Error("no lock file");
  expect(await isHeld(left)).toBe(false);
  const close = serveCommands(left.sockets.supervisor, async () => ({ ok: true, message: "" }));
  expect(await isHeld(left)).toBe(true);
  close();
});

test("acquireDataLock() goes on where starts before it died while they took over, and leaves no file of theirs", async () => {
  abandon({});
  const found = readLock(dataDir);
  if (found === undefined) throw new Error("no lock file");
  const lockOf = (pid: number) => JSON.stringify({ ...found, pid, startedAt: "1" });
  writeFileSync(nameAfter(found), lockOf(4_000_002));
  writeFileSync(nameAfter({ ...found, pid: 4_000_002, startedAt: "1" }), lockOf(4_000_003));
  const lock = await acquireDataLock(dataDir, content());
  expect(lock.abandoned?.pid).toBe(found.pid);
  expect(readdirSync(dataDir)).toEqual(["headgate.lock"]);
  lock.release();
  expect(readdirSync(dataDir)).toEqual([]);
});

test("acquireDataLock() gives up where another start is taking over", async () => {
  abandon({});
  const found = readLock(dataDir);
  const own = identityOf(process.pid);
  if (found === undefined || own === undefined) throw new Error("no lock file");
  writeFileSync(nameAfter(found), JSON.stringify({ ...found, ...own, boot: bootId() }));
  await expect(acquireDataLock(dataDir, content())).rejects.toThrow(`Headgate process ${process.pid}`);
  expect(readLock(dataDir)?.pid).toBe(found.pid);
});

test.each(["a dead owner's file", "a file that was cut off", "no file"])(
  "acquireDataLock() has one winner when many start at once on %s",
  async (left) => {
    const one = join(import.meta.dir, "data-lock");
    const script = `
    const { acquireDataLock } = await import(${JSON.stringify(one)});
    try { await acquireDataLock(${JSON.stringify(dataDir)}, ${JSON.stringify(content())}); console.log("won"); await Bun.stdin.text(); }
    catch { console.log("lost"); }`;
    if (left === "a dead owner's file") abandon({});
    if (left === "a file that was cut off") writeFileSync(join(dataDir, "headgate.lock"), '{"pid":');
    const starts = Array.from({ length: 6 }, () =>
      Bun.spawn([process.execPath, "-e", script], { stdin: "pipe", stdout: "pipe" }),
    );
    const said = await Promise.all(
      starts.map(async (start) => {
        const { value } = await start.stdout.getReader().read();
        return Buffer.from(value ?? [])
          .toString()
          .trim();
      }),
    );
    for (const start of starts) start.kill("SIGKILL");
    expect(said.sort()).toEqual(["lost", "lost", "lost", "lost", "lost", "won"]);
  },
);
