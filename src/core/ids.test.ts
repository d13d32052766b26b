import { expect, test } from "bun:test";
import { createIdSource, startOfId } from "./ids";

test("createIdSource() makes ids of 32 hex digits that begin with the time and do not repeat", () => {
  let nowMs = Date.UTC(2026, 0, 1);
  const newId = createIdSource(() => nowMs++);
  const ids = Array.from({ length: 1000 }, newId);
  expect(new Set(ids.map((id) => id.slice(12))).size).toBe(1000);
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  expect(ids.map(startOfId)).toEqual(ids.map((_, index) => Date.UTC(2026, 0, 1) + index));
  expect(ids.toSorted()).toEqual(ids);
});
