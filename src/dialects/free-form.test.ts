import { expect, test } from "bun:test";
import {
  argumentsEnd,
  argumentsOfText,
  argumentsPiece,
  argumentsStart,
  FreeFormReader,
  textOfArguments,
} from "./free-form";

const texts = ["", "a", 'say "hi" \\ there\n', "é😀\u2028", "*** Begin Patch\n+x\t\u0001\n*** End Patch\n"];

test.each(texts)("textOfArguments() gives %j back", (text) => {
  expect(textOfArguments(argumentsOfText(text))).toBe(text);
});

test.each([
  ["not json", "not json"],
  ['{"patch": "x"}', "x"],
  ['{"a": "x", "b": 1}', '{"a": "x", "b": 1}'],
  ['"x"', "x"],
  ["", ""],
])("textOfArguments() reads %j as %j", (written, text) => {
  expect(textOfArguments(written)).toBe(text);
});

test.each(texts)("FreeFormReader reads %j in pieces of any length", (text) => {
  // Escaped as some providers do, pairs of surrogates too.
  const escaped = argumentsOfText(text).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  for (const written of [argumentsOfText(text), escaped, ` { "input" : ${JSON.stringify(text)} } `])
    for (let length = 1; length < 9; length++) {
      const reader = new FreeFormReader();
      let read = "";
      for (let at = 0; at < written.length; at += length) read += reader.add(written.slice(at, at + length));
      expect(read + reader.rest()).toBe(text);
    }
});

test("FreeFormReader waits with what is no such object, and takes line breaks in a string", () => {
  const other = new FreeFormReader();
  expect(other.add('{"patch":"x"}')).toBe("");
  expect(other.rest()).toBe("x");
  const broken = new FreeFormReader();
  expect(broken.add('{"input":"a\nb"}')).toBe("a\nb");
  expect(broken.rest()).toBe("");
});

test.each(texts)("argumentsPiece() writes %j piece by piece", (text) => {
  const pieces = text.split("").map(argumentsPiece).join("");
  expect(textOfArguments(argumentsStart + pieces + argumentsEnd)).toBe(text);
});
