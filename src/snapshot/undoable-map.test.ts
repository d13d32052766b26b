import { expect, test } from "bun:test";
import { createUndoableMap } from "./undoable-map";

test("createUndoableMap() takes back what changed since it was kept", () => {
  const map = createUndoableMap<string, number>();
  map.set("a", 1);
  map.set("b", 2);
  map.keep();
  map.set("a", 10);
  map.set("a", 11);
  map.set("c", 3);
  expect(map.delete("b")).toBe(2);
  expect(map.delete("d")).toBeUndefined();
  expect(map.keysWhere((value) => value > 2)).toEqual(["a", "c"]);
  map.undo();
  expect(["a", "b", "c", "d"].map(map.get)).toEqual([1, 2, undefined, undefined]);
  map.delete("a");
  map.keep();
  map.undo();
  expect(map.get("a")).toBeUndefined();
});
