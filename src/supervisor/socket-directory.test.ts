import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { socketDirectory, socketPaths } from "./socket-directory";

test("socketDirectory() stays in the data directory when its path is short", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hg-"));
  const directory = socketDirectory(dataDir);
  expect(directory).toBe(join(dataDir, "run"));
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  rmSync(dataDir, { recursive: true });
});

test("socketDirectory() goes to a private temporary directory when the data directory is too deep", () => {
  const temporary = mkdtempSync(join(tmpdir(), "hg-"));
  const deep = join(temporary, "x".repeat(90));
  const directory = socketDirectory(deep, temporary);
  expect(directory).toStartWith(join(temporary, "headgate-"));
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(socketDirectory(deep, temporary)).toBe(directory);
  for (const path of Object.values(socketPaths(directory, 4_294_967_295))) expect(path.length).toBeLessThanOrEqual(103);
  chmodSync(directory, 0o755);
  socketDirectory(deep, temporary);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  rmSync(temporary, { recursive: true });
});

test("socketDirectory() refuses a link that somebody put in its place", () => {
  const temporary = mkdtempSync(join(tmpdir(), "hg-"));
  const deep = join(temporary, "x".repeat(90));
  const directory = socketDirectory(deep, temporary);
  rmSync(directory, { recursive: true });
  mkdirSync(join(temporary, "theirs"));
  symlinkSync(join(temporary, "theirs"), directory);
  expect(() => socketDirectory(deep, temporary)).toThrow("it is not a directory of this user, remove it");
  rmSync(temporary, { recursive: true });
});
