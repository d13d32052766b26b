import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import type { LockFile } from "./lock-file";
import { createLockNotes } from "./lock-notes";

function setUp() {
  const time = createManualTime();
  const said: string[] = [];
  const line = (_: object, message: string) => void said.push(message);
  const written: Partial<LockFile>[] = [];
  const disk = { isFull: false, found: "own" as "own" | "other" | "gone" };
  const lock = {
    abandoned: undefined,
    look: () => disk.found,
    update: (changes: Partial<LockFile>) => {
      if (disk.isFull) throw new Error("ENOSPC: no space left on device");
      written.push(changes);
      disk.found = "own";
    },
  };
  const notes = createLockNotes(lock, { debug: line, info: line, warn: line, error: line }, time.startTimer);
  return { time, said, written, disk, notes };
}

test("update() on a full disk says so once and writes as soon as there is room", async () => {
  const { time, said, written, disk, notes } = setUp();
  disk.isFull = true;
  expect(() => notes.update({ children: [] })).not.toThrow();
  await time.advance(5000);
  expect(said).toHaveLength(1);
  expect(written).toEqual([]);
  disk.isFull = false;
  await time.advance(1000);
  // What was to be written is kept by the lock itself; this writes all of it.
  expect(written).toEqual([{}]);
  notes.close();
  expect(time.timers()).toBe(0);
});

test("createLockNotes() puts a deleted file back within two seconds", async () => {
  const { time, said, written, disk } = setUp();
  disk.found = "gone";
  await time.advance(2000);
  expect(written).toEqual([{}]);
  expect(said).toEqual(["The lock file was gone, it is there again"]);
  await time.advance(10_000);
  expect(written).toHaveLength(1);
});

test("createLockNotes() does not overwrite another's file", async () => {
  const { time, said, written, disk } = setUp();
  disk.found = "other";
  await time.advance(2000);
  expect(written).toEqual([]);
  expect(said).toEqual(["The lock file names another process: two own the data directory"]);
});
