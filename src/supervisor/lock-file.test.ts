import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLock, lockPath, readLock } from "./lock-file";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "hg-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** As a program before version 0.1.0 wrote it. */
const early = {
  version: "0.1.0",
  generation: 3,
  host: "127.0.0.1",
  port: 8080,
  tls: false,
  since: "2026-11-29T18:07:41.093Z",
  sockets: {
    control: "/d/run/control-3.sock",
    snapshot: "/d/run/snapshot-3.sock",
    supervisor: "/d/run/supervisor.sock",
  },
  pid: 4711,
  startedAt: "123456",
  boot: "2d2b5d3e-8f0e-4a55-9c86-0a6f4f0c1c11",
  children: [
    { pid: 4712, startedAt: "123457", generation: 3 },
    { pid: 4713, startedAt: "123458", generation: 3, index: 0 },
  ],
};

function write(content: unknown): void {
  writeFileSync(lockPath(dataDir), typeof content === "string" ? content : JSON.stringify(content));
}

test("readLock() reads what programs before version 0.1.0 wrote, as form 1", () => {
  write(early);
  expect(readLock(dataDir)).toEqual({ ...early, format: 1 });
});

test("readLock() leaves aside fields that it does not know", () => {
  write({ ...early, format: 1, colour: "blue" });
  expect(readLock(dataDir)).toEqual({ ...early, format: 1 });
});

test("readLock() refuses a later form and names the version that wrote it", () => {
  for (const later of [
    { ...early, format: 2 },
    { format: 2, version: "0.1.0", owner: {} },
  ]) {
    write(later);
    expect(() => readLock(dataDir)).toThrow(/Headgate 0\.1\.0 wrote it in form 2, this version knows forms up to 1/);
  }
});

test("readLock() refuses a file that is none of ours and names what is wrong", () => {
  write({ ...early, pid: "4711" });
  expect(() => readLock(dataDir)).toThrow(/pid/);
});

test("findLock() tells no file from one that ends in the middle", () => {
  expect(findLock(lockPath(dataDir))).toBe("none");
  for (const torn of ["", JSON.stringify(early).slice(0, 40)]) {
    write(torn);
    expect(findLock(lockPath(dataDir))).toBe("torn");
    expect(readLock(dataDir)).toBeUndefined();
  }
});
