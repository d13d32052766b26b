import { expect, test } from "bun:test";
import { createMemoryContent } from "#store/content/memory-content";
import { noteUnreadable } from "./unreadable-bodies";

test("noteUnreadable() counts bodies that cannot be read, and tells each reason once", async () => {
  const content = createMemoryContent(() => undefined);
  const body = { bytes: new Uint8Array([1]), totalBytes: 1 };
  await content.keep(
    ["a", "b", "c", "d"].map((digit) => ({ id: digit.repeat(32), request: body })),
    new Map(),
  );
  const reasons = new Map([
    ["a".repeat(32), "one"],
    ["b".repeat(32), "one"],
    ["c".repeat(32), "another"],
  ]);
  const read: typeof content.read = async (id) => {
    const unreadable = reasons.get(id);
    return unreadable === undefined ? content.read(id) : { id, unreadable };
  };
  const told: object[] = [];
  const noted = noteUnreadable({ ...content, read }, { error: (fields: object) => told.push(fields) });
  for (const digit of ["a", "b", "c", "d", "e"]) await noted.content.read(digit.repeat(32));
  expect(noted.count()).toBe(3);
  expect(told).toEqual([
    { id: "a".repeat(32), reason: "one" },
    { id: "c".repeat(32), reason: "another" },
  ]);
  expect(await noted.content.read("d".repeat(32))).toEqual({ id: "d".repeat(32), request: body });
});
