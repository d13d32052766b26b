import { describe, expect, test } from "bun:test";
import { isObject, parseJson } from "./json";
import { readFields, scanTopLevel } from "./json-scan";
import { JsonScanError } from "./json-skip";
import { spliceTopLevel } from "./json-splice";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (value: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(value);

describe("scanTopLevel()", () => {
  test("finds every top-level field with its bytes", () => {
    const input = '{ "a" : 1.5e3 ,"b\\u0063":[{"a":2}, "]"],\n"é":{"x":null} }';
    const scan = scanTopLevel(bytes(input));
    expect(scan.fields.map(({ key }) => key)).toEqual(["a", "bc", "é"]);
    const values = scan.fields.map((field) => textOf(scan.bytes.subarray(field.valueStart, field.valueEnd)));
    expect(values).toEqual(["1.5e3", '[{"a":2}, "]"]', '{"x":null}']);
    expect(scan.fields.map((field) => scan.bytes[field.keyStart])).toEqual([0x22, 0x22, 0x22]);
    expect(scan.closeAt).toBe(scan.bytes.length - 1);
  });

  const refused: readonly (readonly [what: string, input: string | Uint8Array, message: string])[] = [
    ["an empty body", "", "found the end, a JSON object is needed at byte 0"],
    ["blanks alone", " \n", "found the end, a JSON object is needed at byte 2"],
    ["an array", "[]", 'found "[", a JSON object is needed at byte 0'],
    ["a byte order mark", "\uFEFF{}", "found a byte order mark at byte 0"],
    ["NaN", '{"a":NaN}', 'found "N", a value is needed at byte 5'],
    ["Infinity", '{"a":-Infinity}', 'found "I", a digit is needed at byte 6'],
    ["text after the object", '{"a":1} x', 'found "x", nothing more is needed at byte 8'],
    ["a second object", "{}{}", 'found "{", nothing more is needed at byte 2'],
    ["a trailing comma", '{"a":1,}', 'found "}", a key in double quotes is needed at byte 7'],
    ["a comment", '{/**/"a":1}', 'found "/", a key in double quotes is needed at byte 1'],
    ["single quotes", "{'a':1}", `found "'", a key in double quotes is needed at byte 1`],
    ["a control character in a string", '{"a":"\n"}', "found byte 0xa, the rest of a string is needed at byte 6"],
    ["a NUL", '{"a":"\0"}', "found byte 0x0, the rest of a string is needed at byte 6"],
    ["a string without end", '{"a":"b', "found the end, the rest of a string is needed at byte 7"],
    ["an unknown escape", '{"a":"\\x"}', 'found "x", a known escape is needed at byte 7'],
    ["a short unicode escape", '{"a":"\\u12"}', 'found "\\"", four hexadecimal digits is needed at byte 10'],
    ["a leading zero", '{"a":01}', 'found "1", "," or "}" is needed at byte 6'],
    ["a leading plus", '{"a":+1}', 'found "+", a value is needed at byte 5'],
    ["a number ending in a point", '{"a":1.}', 'found "}", a digit is needed at byte 7'],
    ["a no-break space", '{"a":\u00a01}', "found byte 0xc2, a value is needed at byte 5"],
    ["a half word", '{"a":nul}', 'found "}", null is needed at byte 8'],
    ["mismatched brackets", '{"a":[1}', 'found "}", "," or "]" is needed at byte 7'],
    ["a key twice", '{"model":"a","model":"b"}', 'found the key "model" twice at byte 13'],
    ["a key twice after unescaping", '{"model":"a","m\\u006fdel":"b"}', 'found the key "model" twice at byte 13'],
    ["a key twice but for case", '{"model":"a","MODEL":"b"}', 'found the key "MODEL" twice at byte 13'],
    ["a key twice but for a long s", '{"stop":1,"\u017ftop":2}', 'found the key "\u017ftop" twice at byte 10'],
    ["__proto__ twice", '{"__proto__":1,"__proto__":2}', 'found the key "__proto__" twice at byte 15'],
    ["invalid UTF-8", Uint8Array.of(...bytes('{"a":"'), 0xff, 0x22, 0x7d), "found invalid UTF-8 at byte 6"],
    ["overlong UTF-8", Uint8Array.of(...bytes('{"a":"'), 0xc0, 0xaf, 0x22, 0x7d), "found invalid UTF-8 at byte 6"],
    ["an encoded surrogate", Uint8Array.of(...bytes('{"'), 0xed, 0xa0, 0x80, 0x22), "found invalid UTF-8 at byte 2"],
    ["UTF-8 cut short", Uint8Array.of(...bytes('{"a":"é"}'), 0xc3), "found invalid UTF-8 at byte 10"],
  ];
  for (const [what, input, message] of refused) {
    test(`refuses ${what}`, () => {
      const error = thrown(() => scanTopLevel(typeof input === "string" ? bytes(input) : input));
      expect(error).toBeInstanceOf(JsonScanError);
      expect(error).toHaveProperty("message", message);
    });
  }

  test("takes nesting up to 512 levels below the top and refuses 100,000 at once", () => {
    const nested = (depth: number) => bytes(`{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(scanTopLevel(nested(512)).fields).toHaveLength(1);
    expect(() => scanTopLevel(nested(513))).toThrow("deeper than 512");
    expect(() => scanTopLevel(nested(100_000))).toThrow("deeper than 512");
    expect(() => scanTopLevel(bytes('{"a":'.repeat(100_000)))).toThrow("deeper than 512");
  });

  test("takes 4,096 top-level keys and refuses more", () => {
    const keyed = (count: number) => bytes(`{${Array.from({ length: count }, (_, n) => `"k${n}":${n}`).join(",")}}`);
    expect(scanTopLevel(keyed(4096)).fields).toHaveLength(4096);
    expect(() => scanTopLevel(keyed(4097))).toThrow("found more than 4096 keys");
    expect(() => scanTopLevel(keyed(1_000_000))).toThrow("found more than 4096 keys");
  });

  test("takes escaped lone surrogates as JSON.parse does", () => {
    expect(readFields(scanTopLevel(bytes('{"a":"\\ud800"}')), ["a"])).toEqual({ a: "\ud800" });
  });

  test("reads long strings with escapes at every offset", () => {
    for (let before = 0; before < 40; before++) {
      const value = `${"x".repeat(before)}\n"\\${"é".repeat(40 - before)}`;
      expect(readFields(scanTopLevel(bytes(JSON.stringify({ value, b: 1 }))), ["value"])).toEqual({ value });
    }
  });

  test("agrees with JSON.parse on 30,000 generated and mutated documents", () => {
    const random = seededRandom(20260311);
    const seen = { accepted: 0, rejected: 0, twice: 0 };
    for (let round = 0; round < 30_000; round++) {
      const document = bytes(generateObject(random, 4));
      const input = round % 3 === 0 ? document : mutate(document, random);
      seen[compare(input)]++;
    }
    expect(seen.accepted).toBeGreaterThan(10_000);
    expect(seen.rejected).toBeGreaterThan(8_000);
    expect(seen.twice).toBeLessThan(2_000);
  });
});

describe("readFields()", () => {
  test("gives the named fields that are there, and pollutes nothing", () => {
    const scan = scanTopLevel(bytes('{"__proto__":{"polluted":true},"model":"m","n":2,"x":[1]}'));
    expect(readFields(scan, ["model", "n", "stream"])).toEqual({ model: "m", n: 2 });
    const odd = readFields(scan, ["__proto__"]);
    expect(Object.keys(odd)).toEqual(["__proto__"]);
    expect("polluted" in odd).toBe(false);
    expect("polluted" in {}).toBe(false);
  });
});

/** Checks one document against `JSON.parse`; says how both judged it. */
function compare(input: Uint8Array): "accepted" | "rejected" | "twice" {
  const expected = strictParse(input);
  const error = thrown(() => scanTopLevel(input));
  if (error instanceof JsonScanError) {
    if (error.message.includes("twice")) return "twice";
    if (expected !== undefined) throw new Error(`refused what JSON.parse takes: ${textOf(input)}`, { cause: error });
    return "rejected";
  }
  if (expected === undefined) throw new Error(`took what JSON.parse refuses: ${textOf(input)}`, { cause: error });
  const scan = scanTopLevel(input);
  const keys = scan.fields.map(({ key }) => key);
  expect(keys.toSorted()).toEqual(Object.keys(expected).toSorted());
  expect(readFields(scan, keys)).toEqual(expected);
  expect(parseJson(textOf(spliceTopLevel(scan, { added: 1 })))).toEqual({ ...expected, added: 1 });
  return "accepted";
}

function strictParse(input: Uint8Array) {
  try {
    const value = parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(input));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function thrown(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

type Random = (below: number) => number;

/** Mulberry32: small, seeded, good enough to pick cases. */
function seededRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pick = (random: Random, from: readonly string[]) => from[random(from.length)] ?? "";
const blanks = ["", "", "", " ", "\n", "\t\r\n "];
const pieces = [
  "a",
  "model",
  "é",
  "€",
  "😀",
  "\\n",
  '\\"',
  "\\\\",
  "\\u00e9",
  "\\ud83d\\ude00",
  "\\udc00",
  "\\/",
  "{",
  "]",
];
const scalars = ["0", "-0", "1.5", "-12e+3", "1E-7", "123456789012345678901", "true", "false", "null", '""'];

function generateString(random: Random): string {
  return `"${Array.from({ length: random(6) }, () => pick(random, pieces)).join("")}"`;
}

function generateValue(random: Random, depth: number): string {
  switch (depth > 0 ? random(5) : 2 + random(3)) {
    case 0:
      return generateObject(random, depth - 1);
    case 1: {
      const values = Array.from({ length: random(4) }, () => generateValue(random, depth - 1));
      return `[${pick(random, blanks)}${values.join(`,${pick(random, blanks)}`)}]`;
    }
    case 2:
      return generateString(random);
    default:
      return pick(random, scalars);
  }
}

function generateObject(random: Random, depth: number): string {
  const fields = Array.from({ length: random(5) }, (_, i) => {
    const key = random(3) === 0 ? `"k${i}${generateString(random).slice(1)}` : `"k${i}"`;
    return `${key}${pick(random, blanks)}:${pick(random, blanks)}${generateValue(random, depth)}${pick(random, blanks)}`;
  });
  return `${pick(random, blanks)}{${pick(random, blanks)}${fields.join(`,${pick(random, blanks)}`)}}${pick(random, blanks)}`;
}

/** Changes, drops, doubles or inserts one to three bytes, mostly ones that mean something in JSON. */
function mutate(document: Uint8Array, random: Random): Uint8Array {
  const telling = bytes('{}[]",:\\u0123eE+-. \ntfn\u0000\u001f/é');
  const output = Array.from(document);
  for (let left = 1 + random(3); left > 0; left--) {
    const at = random(output.length + 1);
    const byte = random(8) === 0 ? random(256) : (telling[random(telling.length)] ?? 0);
    switch (random(4)) {
      case 0:
        output.splice(at, 1);
        break;
      case 1:
        output.splice(at, 0, output[at] ?? byte);
        break;
      case 2:
        output.splice(at, 0, byte);
        break;
      default:
        output[Math.min(at, output.length - 1)] = byte;
    }
  }
  return Uint8Array.from(output);
}
