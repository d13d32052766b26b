import { describe, expect, test } from "bun:test";
import type { JsonObject } from "#lib/json";
import { fullRecord } from "./fixtures/full-record";
import { parseRecord } from "./parse-record";
import type { Field, Fields, Shape } from "./record-field";
import { recordShape } from "./record-fields";
import { noUsage } from "./usage";

function read(fields: JsonObject) {
  return parseRecord(JSON.stringify({ ...fullRecord, ...fields }));
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

describe("parseRecord()", () => {
  test("returns what was written, every field of the table", () => {
    expect(Object.keys(fullRecord).toSorted()).toEqual(
      Object.keys({ ...recordShape.required, ...recordShape.optional }).toSorted(),
    );
    expect(parseRecord(JSON.stringify(fullRecord))).toEqual(fullRecord);
  });

  for (const text of ["", "{", "null", "[]", '"x"', `{"id":"${fullRecord.id}"}`]) {
    test(`refuses ${JSON.stringify(text)}`, () => expect(parseRecord(text)).toBeUndefined());
  }

  for (const name of Object.keys(recordShape.required)) {
    test(`refuses a record without ${name}`, () => {
      expect(parseRecord(JSON.stringify(without(fullRecord, name)))).toBeUndefined();
    });
  }

  test("reads a record without any optional field", () => {
    const least = Object.fromEntries(Object.entries(fullRecord).filter(([name]) => name in recordShape.required));
    expect(Object.entries(parseRecord(JSON.stringify(least)) ?? {})).toEqual(Object.entries(least));
  });

  for (const [name, { type }] of Object.entries({ ...recordShape.required, ...recordShape.optional })) {
    test(`refuses a record whose ${name} is no ${type.kind}`, () => {
      expect(read({ [name]: [{}] })).toBeUndefined();
    });
  }

  const wrong: readonly JsonObject[] = [
    { id: "018BCFE5687B0123456789ABCDEF0123" },
    { status: 200.5 },
    { outcome: "splendid" },
    { tags: { env: 3 } },
    { limits: [3] },
    { attempts: [{ provider: "a", model: "b", providerKey: "c" }] },
    { charges: [{ slot: 1, tag: 2, period: 3 }] },
    { usage: { ...noUsage, input: "3" } },
  ];
  for (const fields of wrong) {
    test(`refuses ${JSON.stringify(fields)}`, () => expect(read(fields)).toBeUndefined());
  }

  test("reads a record of an older version, without the later classes of tokens", () => {
    const { inputAudio: _, searches: __, ...usage } = noUsage;
    expect(read({ usage })).toEqual({ ...fullRecord, usage: noUsage });
    const attempt = { provider: "a", model: "b", providerKey: "c", durationMs: 1 };
    expect(read({ attempts: [{ ...attempt, usage }] })?.attempts).toEqual([{ ...attempt, usage: noUsage }]);
  });

  test("passes over fields that a newer version brought", () => {
    expect(read({ moon: { phase: 3 }, usage: { ...noUsage, moons: 1 } })).toMatchObject({ usage: noUsage });
  });

  test("reads a newer word in an optional field, and null, as none", () => {
    const { errorCode: _, team: __, ...rest } = fullRecord;
    expect(read({ errorCode: "too_many_moons", team: null })).toEqual(rest);
  });
});

describe("recordShape", () => {
  const rows = (shape: Shape, path = ""): readonly (readonly [string, Field, boolean])[] =>
    (["required", "optional"] as const).flatMap((part) => {
      const fields: Fields = shape[part];
      return Object.entries(fields).flatMap(([name, field]) => [
        [path + name, field, part === "required"] as const,
        ...("shape" in field.type ? rows(field.type.shape, `${path}${name}.`) : []),
      ]);
    });

  test("has fields of each of its versions", () => {
    const versions = new Set(rows(recordShape).map(([, { since }]) => since));
    expect([...versions].toSorted((a, b) => a - b)).toEqual(Array.from(versions, (_, index) => index + 1));
  });

  test("says of every later field that must be there what older records are read with", () => {
    const silent = rows(recordShape).filter(
      ([, { since, before }, isRequired]) => isRequired && since > 1 && before === undefined,
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });
});
