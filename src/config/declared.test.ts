import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Declared, judgeReplacement, readDeclared, writeDeclared } from "./declared";

const nothing: Declared = { providers: [], routes: [], virtualKeys: [] };
const some: Declared = { providers: ["openai"], routes: ["smart"], virtualKeys: ["a", "b", "c"] };
const asked = { file: "headgate.yaml", allowEmpty: false };

test("judgeReplacement() refuses a file without anything where there was something", () => {
  for (const before of [
    some,
    { ...nothing, providers: ["x"] },
    { ...nothing, routes: ["x"] },
    { ...nothing, virtualKeys: ["x"] },
  ]) {
    expect(judgeReplacement(before, nothing, asked).refusal).toContain("settings.allow_empty: true");
    expect(judgeReplacement(before, nothing, { ...asked, allowEmpty: true }).refusal).toBeUndefined();
  }
  expect(judgeReplacement(nothing, nothing, asked)).toEqual({});
  expect(judgeReplacement(some, some, asked)).toEqual({});
  expect(judgeReplacement(nothing, some, asked)).toEqual({});
});

test("judgeReplacement() warns where more than half of the keys are gone, also where others came", () => {
  expect(judgeReplacement(some, { ...some, virtualKeys: ["a", "b"] }, asked)).toEqual({});
  const { warning } = judgeReplacement(some, { ...some, virtualKeys: ["a", "d", "e"] }, asked);
  expect(warning).toContain("2 of the 3 virtual keys");
  expect(warning).toContain("(b, c)");
});

test("readDeclared() gives what was written, and nothing where that cannot be read", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "headgate-test-"));
  try {
    expect(readDeclared(dataDir)).toBeUndefined();
    writeDeclared(dataDir, some);
    expect(readDeclared(dataDir)).toEqual(some);
    for (const torn of ["", '{"providers":["a"', "\0\0\0"]) {
      writeFileSync(join(dataDir, "declared.json"), torn);
      expect(readDeclared(dataDir)).toBeUndefined();
    }
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
