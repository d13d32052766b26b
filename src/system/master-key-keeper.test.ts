import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualTime } from "#lib/fixtures/manual-time";
import { keepMasterKey } from "./master-key-keeper";

test("keepMasterKey() puts a deleted key back, and leaves another one in its place and says so once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "headgate-test-"));
  const file = join(directory, "master.key");
  const key = "a".repeat(64);
  const said: string[] = [];
  const line = (_: object, message: string) => void said.push(message);
  const time = createManualTime();
  try {
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    const keeper = keepMasterKey(file, key, { debug: line, info: line, warn: line, error: line }, time.startTimer);
    await time.advance(10_000);
    expect(said).toEqual([]);
    rmSync(file);
    await time.advance(2000);
    expect(readFileSync(file, "utf8")).toBe(`${key}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(said).toEqual(["The file of the master key was gone, it is there again"]);
    writeFileSync(file, "b".repeat(64));
    await time.advance(20_000);
    expect(readFileSync(file, "utf8")).toBe("b".repeat(64));
    expect(said.slice(1)).toEqual([expect.stringContaining("The master key in the file is another by now")]);
    rmSync(directory, { recursive: true });
    await time.advance(20_000);
    expect(said.slice(2)).toEqual([expect.stringContaining("cannot be put back")]);
    keeper.close();
    expect(time.timers()).toBe(0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
