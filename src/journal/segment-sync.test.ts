import { afterAll, expect, test } from "bun:test";
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSegmentSync } from "./segment-sync";

const directory = mkdtempSync(join(tmpdir(), "hg-sync-"));
afterAll(() => rmSync(directory, { recursive: true }));

const openFile = (name: string) => openSync(join(directory, name), "w");

test("all() closes what was left once it is on disk, and nothing else", async () => {
  const sync = createSegmentSync(directory, "disk");
  const [left, current] = [openFile("left"), openFile("current")];
  sync.leave(left);
  expect(fstatSync(left).size).toBe(0);
  sync.named();
  await sync.all(current);
  expect(() => fstatSync(left)).toThrow("EBADF");
  expect(fstatSync(current).size).toBe(0);
  closeSync(current);
});

test("all() rejects where one file cannot be brought to disk, when the others are", async () => {
  const sync = createSegmentSync(directory, "disk");
  const [left, current] = [openFile("left"), openFile("current")];
  closeSync(current);
  sync.leave(left);
  expect(await sync.all(current).catch((error: unknown) => `${error}`)).toContain("EBADF");
  expect(() => fstatSync(left)).toThrow("EBADF");
});

test("leave() closes at once where nothing has to be on disk", () => {
  const left = openFile("left");
  createSegmentSync(directory, "process").leave(left);
  expect(() => fstatSync(left)).toThrow("EBADF");
});
