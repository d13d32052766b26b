import { expect, test } from "bun:test";
import { nearestWord } from "./nearest-word";

test("nearestWord() finds swaps, case, separators and single slips", () => {
  const known = ["weight", "models", "base_url", "name", "max_body_bytes"];
  expect(nearestWord("weigth", known)).toBe("weight");
  expect(nearestWord("baseUrl", known)).toBe("base_url");
  expect(nearestWord("max-body-byte", known)).toBe("max_body_bytes");
  expect(nearestWord("mdoel", known)).toBe("models");
});

test("nearestWord() finds nothing for a word of its own", () => {
  expect(nearestWord("zebra", ["weight", "models"])).toBeUndefined();
  expect(nearestWord("", ["weight"])).toBeUndefined();
});
