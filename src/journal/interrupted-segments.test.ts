import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interruptedRecord } from "./interrupted";
import { createInterruptedSegments, type InterruptedSegments } from "./interrupted-segments";

let directory: string;
let segments: InterruptedSegments;
let look: (() => void) | undefined;
const record = interruptedRecord(
  { id: "018bcfe5680000000000000000000001", charges: [], label: "{}", target: "a/b#c", input: 1, output: 2 },
  0,
  1_700_000_000_000,
);
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "headgate-interrupted-")), "journal");
  mkdirSync(directory);
  look = undefined;
  segments = createInterruptedSegments(directory, { error: () => {} }, (act) => {
    look = act;
    return () => {
      look = undefined;
    };
  });
});
afterEach(() => {
  segments.close();
  rmSync(join(directory, ".."), { recursive: true, force: true });
});
const only = () => join(directory, readdirSync(directory)[0] ?? "none");

test.skipIf(process.platform !== "linux")(
  "createInterruptedSegments() puts a segment back that was deleted with its directory before it was ingested, once",
  () => {
    segments.append(3, [record]);
    const [path, bytes] = [only(), readFileSync(only())];
    look?.();
    rmSync(directory, { recursive: true });
    look?.();
    expect(readFileSync(path)).toEqual(bytes);
    rmSync(path);
    expect(look).toBeUndefined();
    segments.close();
    expect(existsSync(path)).toBe(false);
  },
);

test("createInterruptedSegments() leaves one alone that was emptied and removed, as ingestion does", () => {
  segments.append(3, [record]);
  const path = only();
  truncateSync(path);
  rmSync(path);
  look?.();
  expect(look).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});
