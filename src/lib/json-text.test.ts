import { describe, expect, test } from "bun:test";
import { isObject, type Json, parseJson } from "./json";
import { scanTopLevel } from "./json-scan";
import {
  embedJson,
  placesAt,
  rememberTexts,
  tryParseJsonWithTexts,
  WrittenObject,
  writeJson,
  writtenText,
} from "./json-text";

/** Values that `JSON.stringify(JSON.parse())` changes. */
const texts = [
  '{"id":2512292042121000001,"less":-9007199254740993}',
  '{"a":1.0,"b":-0,"c":1e400,"d":1E5,"e":0.1000}',
  '{"2":"b","1":"a","":0}',
  '{"twice":1,"twice":2}',
  '{"__proto__":{"x":1},"constructor":null}',
  '{"lone":"\\ud83d","pair":"\\ud83d\\ude00","slash":"\\/","letter":"\\u0061"}',
  '{ "spaced" : [ 1 ,\n\t2 ] }',
  `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  `{"long":"${"x\\n".repeat(100_000)}"}`,
];

const places = placesAt(["a", "*", "input"], ["schema"]);

describe("tryParseJsonWithTexts()", () => {
  test("keeps how values at the places were written", () => {
    for (const text of texts) {
      const value = tryParseJsonWithTexts(` {"a": [1, {"input" : ${text} }], "schema":${text}}`, places);
      expect(field(value, "schema")).toBe(text);
      expect(writtenText(entry(value, 1, "input"))).toBe(text);
    }
  });

  test("keeps that of the last one of a key that comes twice, as JSON.parse does", () => {
    expect(field(tryParseJsonWithTexts('{"schema":{"a":1.0},"schema":{"a":2.0}}', places), "schema")).toBe('{"a":2.0}');
    const twice = tryParseJsonWithTexts('{"a":[{"input":{"x":1.0}}],"a":[{"other":1}]}', places);
    expect(JSON.stringify(twice)).toBe('{"a":[{"other":1}]}');
  });

  test("finds keys that are escaped beside plain ones", () => {
    const value = tryParseJsonWithTexts('{"\\u0073chema":{"x":1.0},"a":[{"schema":{}}]}', places);
    expect(field(value, "schema")).toBe('{"x":1.0}');
  });

  test("changes nothing of the value, and a copy remembers nothing", () => {
    const value = tryParseJsonWithTexts('{"schema":{"x":1.0}}', places);
    expect(value).toEqual({ schema: { x: 1 } });
    const schema = isObject(value) && isObject(value.schema) ? value.schema : {};
    expect(writtenText({ type: "object", ...schema })).toBe('{"type":"object","x":1}');
  });

  test("passes over scalars, other shapes and broken JSON", () => {
    expect(tryParseJsonWithTexts('{"schema":1.0,"a":{"input":[]}}', places)).toEqual({ schema: 1, a: { input: [] } });
    expect(tryParseJsonWithTexts("[]", places)).toEqual([]);
    expect(tryParseJsonWithTexts('{"schema":{', places)).toBeUndefined();
  });
});

test("rememberTexts() keeps how values in a scanned body were written", () => {
  for (const text of texts.filter((each) => each.length < 1000)) {
    const scan = scanTopLevel(Buffer.from(`{"input":{"input":{}}, "a":[{"input":${text}}]}`));
    const value = parseJson(scan.bytes.toString());
    rememberTexts(value, scan, places);
    expect(writtenText(entry(value, 0, "input"))).toBe(text);
  }
});

describe("writeJson()", () => {
  test("writes texts as they are, among values as JSON.stringify does", () => {
    for (const text of texts) {
      const value = { before: '"\\u0061', list: [embedJson(text), 1, { again: embedJson(text) }], after: "\u0000" };
      const rest = JSON.stringify(value.before);
      expect(writeJson(value)).toBe(`{"before":${rest},"list":[${text},1,{"again":${text}}],"after":"\\u0000"}`);
    }
  });

  test("takes no text of a client for one of its own", () => {
    const forged = ['"\\u00612:{}"', "\\u0061", '\\"\\u00613:abc\\"', JSON.stringify({ x: embedJson('{"a":1.0}') })];
    for (const text of forged) {
      expect(writeJson({ [text]: text, list: [embedJson(JSON.stringify(text))] })).toBe(
        JSON.stringify({ [text]: text, list: [text] }),
      );
    }
  });

  test("gives what was embedded again, whatever it is", () => {
    let seed = 7;
    const pieces = ['"', "\\", "\\u0061", ":", "1", "\ud83d", "\n", "é", '"\\u0061', "}", "a"];
    for (let round = 0; round < 2000; round++) {
      let text = "";
      for (let length = 0; length < 8; length++) {
        seed = (seed * 48271) % 2147483647;
        text += pieces[seed % pieces.length];
      }
      const value = [embedJson(JSON.stringify(text)), text, embedJson(JSON.stringify({ [text]: text }))];
      expect(writeJson(value)).toBe(JSON.stringify([text, text, { [text]: text }]));
    }
  });
});

function field(value: Json | undefined, name: string): string {
  return isObject(value) ? writtenText(value[name] ?? null) : "";
}

function entry(value: Json | undefined, index: number, name: string): Json {
  const list = isObject(value) && Array.isArray(value.a) ? value.a : [];
  return list[index]?.[name] ?? null;
}

test("WrittenObject says what a scan of the written bytes finds", () => {
  for (const text of texts.filter((each) => each.length < 1000)) {
    const object = {
      model: "é\n",
      'ключ "x': [1, { a: embedJson(text) }],
      absent: undefined,
      "1": null,
      raw: embedJson(text),
    };
    const written = new WrittenObject(object);
    expect(written.bytes.toString()).toBe(writeJson(object));
    expect(written.scan()).toEqual(scanTopLevel(written.bytes));
  }
  expect(new WrittenObject({}).scan()).toEqual(scanTopLevel(Buffer.from("{}")));
});
