import { expect, test } from "bun:test";
import { fieldChanges } from "./field-changes";

test("fieldChanges() tells what differs, a secret only as changed, and nothing of what is the same", () => {
  const before = { name: "a", weight: 1, value: "old-secret", models: ["x"], same: { deep: [1] } };
  const after = { name: "a", weight: 2, value: "new-secret", team: "t", same: { deep: [1] } };
  expect(fieldChanges(before, after, ["value", "name"])).toEqual({
    weight: { from: 1, to: 2 },
    value: "changed",
    models: { from: ["x"] },
    team: { to: "t" },
  });
});

test("fieldChanges() shortens long values", () => {
  const { text } = fieldChanges({}, { text: Array.from({ length: 1000 }, () => "glob") });
  expect(JSON.stringify(text).length).toBeLessThan(800);
});
