import { expect, test } from "bun:test";
import { createUnhandledErrors } from "./unhandled-errors";

function recording() {
  const lines: (object & { readonly repeated?: number })[] = [];
  const line = (fields: object) => void lines.push(fields);
  return { lines, log: { debug: line, info: line, warn: line, error: line } };
}

test("note() logs a kind once a minute, and counts all", () => {
  const { lines, log } = recording();
  let nowMs = 0;
  const errors = createUnhandledErrors(log, () => nowMs);
  for (let index = 0; index < 10; index++) errors.note(new Error("EMFILE: too many open files"));
  errors.note("another");
  expect(lines).toHaveLength(2);
  nowMs = 60_000;
  errors.note(new Error("EMFILE: too many open files"));
  expect(lines).toHaveLength(3);
  expect(lines[2]?.repeated).toBe(9);
  expect(errors.count()).toBe(12);
});

test("note() forgets kinds whose minute is over, and does not keep more than fifty", () => {
  const { lines, log } = recording();
  let nowMs = 0;
  const errors = createUnhandledErrors(log, () => nowMs);
  for (let index = 0; index < 500; index++) errors.note(new Error(`number ${index}`));
  expect(lines).toHaveLength(50);
  nowMs = 60_000;
  errors.note(new Error("one more"));
  expect(lines).toHaveLength(51);
  expect(errors.count()).toBe(501);
});

test("note() does not throw when the log cannot be written", () => {
  const fails = () => {
    throw new Error("ENOSPC: no space left on device");
  };
  const errors = createUnhandledErrors({ debug: fails, info: fails, warn: fails, error: fails });
  expect(() => errors.note(new Error("a gauge"))).not.toThrow();
});
