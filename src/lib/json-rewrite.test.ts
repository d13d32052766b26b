import { expect, test } from "bun:test";
import { rewriteStrings, type StringRule } from "./json-rewrite";
import { scanTopLevel } from "./json-scan";
import { spliceTopLevel } from "./json-splice";

const upper = (...path: StringRule["path"]): StringRule => ({ path, replace: (text) => text.toUpperCase() });

function rewrite(text: string, ...rules: readonly StringRule[]): string {
  const scan = scanTopLevel(Buffer.from(text));
  return Buffer.from(spliceTopLevel(scan, rewriteStrings(scan, rules))).toString();
}

test("rewriteStrings() replaces the strings at a path, and no other byte", () => {
  const text = '{ "a" : [ {"b":"x", "n": 1.0}, {"c":"x"},3, "x", {"b" :"y\\u0065"} ] , "b":"x"}';
  expect(rewrite(text, upper("a", "*", "b"))).toBe(
    '{ "a" : [ {"b":"X", "n": 1.0}, {"c":"x"},3, "x", {"b" :"YE"} ] , "b":"x"}',
  );
  expect(rewrite('{"b":"x","c":"x"}', upper("b"))).toBe('{"b":"X","c":"x"}');
});

test("rewriteStrings() applies several rules to one field", () => {
  const text = '{"m":[{"r":"a","t":[{"id":"b"},{"id":"c"}]},{"i":"d"}]}';
  const rules = [upper("m", "*", "t", "*", "id"), upper("m", "*", "r"), upper("m", "*", "i")];
  expect(rewrite(text, ...rules)).toBe('{"m":[{"r":"A","t":[{"id":"B"},{"id":"C"}]},{"i":"D"}]}');
});

test("rewriteStrings() follows a key that comes twice each time, and one that is written with escapes", () => {
  expect(rewrite('{"m":[{"r":"a","r":"b","\\u0072":"c"}]}', upper("m", "*", "r"))).toBe(
    '{"m":[{"r":"A","r":"B","\\u0072":"C"}]}',
  );
});

test("rewriteStrings() takes no longer or shorter key for the one at its path", () => {
  expect(rewrite('{"m":[{"rr":"x","":"x","R":"x","r":"a"}]}', upper("m", "*", "r"))).toBe(
    '{"m":[{"rr":"x","":"x","R":"x","r":"A"}]}',
  );
});

test("rewriteStrings() leaves what is of another kind, and the body itself where nothing changes", () => {
  for (const text of ['{"m":{"r":"a"}}', '{"m":[["r"],null,7,{"r":{"r":"a"}},{"r":1},{}],"e":[]}', '{"m":[]}', "{}"]) {
    const scan = scanTopLevel(Buffer.from(text));
    expect(spliceTopLevel(scan, rewriteStrings(scan, [upper("m", "*", "r")]))).toBe(scan.bytes);
  }
});
