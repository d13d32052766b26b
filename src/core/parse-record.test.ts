import { describe, expect, test } from "bun:test";
import type { JsonObject } from "#lib/json";
import { parseRecord } from "./parse-record";
import type { RequestRecord } from "./record";
import type { Field, Fields, Shape } from "./record-field";
import { recordShape } from "./record-fields";
import { noUsage } from "./usage";

const full: RequestRecord = {
  id: "018bcfe5687b0123456789abcdef0123",
  requestId: "mine",
  startedAtMs: 1_700_000_000_123,
  durationMs: 512.5,
  firstTokenMs: 100,
  upstreamMs: 500,
  worker: 0,
  dialect: "openai-chat",
  endpoint: "chat.completions",
  keyId: "key-1",
  keyName: "ci",
  team: "search",
  customer: "acme",
  tags: { env: "test" },
  askedModel: "smart",
  provider: "openai",
  model: "gpt-4o",
  providerKey: "main",
  attempts: [
    { provider: "a", model: "b", providerKey: "c", status: 503, error: "e", errorClass: "f", durationMs: 1, next: "g" },
    { provider: "a", model: "b", providerKey: "c", durationMs: 2, latencyMs: 1, usage: noUsage, cost: 3 },
  ],
  stream: true,
  status: 200,
  outcome: "ok",
  finishReason: "stop",
  errorCode: "upstream_error",
  errorSource: "upstream",
  errorMessage: "It failed",
  usage: { ...noUsage, input: 3, estimated: true },
  cost: 2 ** 52,
  priceVersion: "catalog:1",
  serviceTier: "default",
  charges: [{ slot: 1, tag: 2, period: 3, amount: 4 }],
  limits: ["key:1/budget"],
  dropped: ["seed"],
  userAgent: "curl",
  sdk: "openai-node 7.57.0",
  traceId: "0".repeat(32),
  requestBytes: 1,
  responseBytes: 2,
};

function read(fields: JsonObject) {
  return parseRecord(JSON.stringify({ ...full, ...fields }));
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

describe("parseRecord()", () => {
  test("returns what was written, every field of the table", () => {
    expect(Object.keys(full).toSorted()).toEqual(
      Object.keys({ ...recordShape.required, ...recordShape.optional }).toSorted(),
    );
    expect(parseRecord(JSON.stringify(full))).toEqual(full);
  });

  for (const text of ["", "{", "null", "[]", '"x"', `{"id":"${full.id}"}`]) {
    test(`refuses ${JSON.stringify(text)}`, () => expect(parseRecord(text)).toBeUndefined());
  }

  for (const name of Object.keys(recordShape.required)) {
    test(`refuses a record without ${name}`, () => {
      expect(parseRecord(JSON.stringify(without(full, name)))).toBeUndefined();
    });
  }

  test("reads a record without any optional field", () => {
    const least = Object.fromEntries(Object.entries(full).filter(([name]) => name in recordShape.required));
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
    expect(read({ usage })).toEqual({ ...full, usage: noUsage });
    const attempt = { provider: "a", model: "b", providerKey: "c", durationMs: 1 };
    expect(read({ attempts: [{ ...attempt, usage }] })?.attempts).toEqual([{ ...attempt, usage: noUsage }]);
  });

  test("passes over fields that a newer version brought", () => {
    expect(read({ moon: { phase: 3 }, usage: { ...noUsage, moons: 1 } })).toMatchObject({ usage: noUsage });
  });

  test("reads a newer word in an optional field, and null, as none", () => {
    const { errorCode: _, team: __, ...rest } = full;
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
