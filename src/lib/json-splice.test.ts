import { describe, expect, test } from "bun:test";
import { scanTopLevel } from "./json-scan";
import { type FieldChanges, removed, spliceTopLevel } from "./json-splice";

const bytes = (text: string) => Buffer.from(text);
const textOf = (written: Uint8Array) => Buffer.from(written).toString();

describe("spliceTopLevel()", () => {
  const cases: readonly (readonly [input: string, changes: FieldChanges, output: string])[] = [
    ['{"model":"a","x":1.0}', { model: "b" }, '{"model":"b","x":1.0}'],
    ['{ "x" : 1e2, "m\\u006fdel" : "a" }', { model: "bé" }, '{ "x" : 1e2, "m\\u006fdel" : "bé" }'],
    ['{"a":1}', { b: { c: [1] }, d: "e" }, '{"a":1,"b":{"c":[1]},"d":"e"}'],
    ['{"a":1\n}', { a: 2, b: 3 }, '{"a":2,"b":3\n}'],
    ["{ }", { a: null, b: 1 }, '{ "a":null,"b":1}'],
    ['{"a":1,"b":2,"c":3}', { c: 30, a: 10 }, '{"a":10,"b":2,"c":30}'],
    ['{"a":1}', {}, '{"a":1}'],
    ['{"__proto__":1}', { toString: 2 }, '{"__proto__":1,"toString":2}'],
    ['{"a":1, "b":2 ,"c":3}', { a: removed }, '{"b":2 ,"c":3}'],
    ['{"a":1, "b":2 ,"c":3}', { b: removed }, '{"a":1 ,"c":3}'],
    ['{"a":1, "b":2 ,"c":3}', { c: removed, b: removed }, '{"a":1}'],
    ['{"a":1, "b":2 ,"c":3}', { a: removed, b: removed }, '{"c":3}'],
    ['{ "a":1,"b":2 }', { a: removed, b: removed, x: removed }, "{  }"],
    ['{"a":1,"b":2}', { a: removed, b: removed, d: 4, e: 5 }, '{"d":4,"e":5}'],
    ['{"a":1,"b":2}', { b: removed, a: 7, d: 4 }, '{"a":7,"d":4}'],
    ['{"a":1}', { b: bytes("1.50"), a: bytes("2e0") }, '{"a":2e0,"b":1.50}'],
  ];
  for (const [input, changes, output] of cases) {
    test(`turns ${input} into ${output}`, () => {
      expect(textOf(spliceTopLevel(scanTopLevel(bytes(input)), changes))).toBe(output);
    });
  }

  test("leaves a field alone whose change is undefined", () => {
    const scan = scanTopLevel(bytes('{"a":1}'));
    expect(spliceTopLevel(scan, { a: undefined, b: undefined })).toBe(scan.bytes);
  });
});
