import { describe, expect, test } from "bun:test";
import { ByteWriter } from "#lib/byte-writer";
import { createRandom, createRecordSource } from "#store/log/fixtures/random-records";
import { bytesOfRecord } from "./fixtures/bytes-of-record";
import { fullRecord } from "./fixtures/full-record";
import type { RequestRecord } from "./record";
import { createRecordReader } from "./record-bytes";
import type { Shape } from "./record-field";
import { recordShape } from "./record-fields";
import { noUsage } from "./usage";

const read = createRecordReader();
const random = createRandom(7);
const below = (count: number) => Math.floor(random() * count);
const source = createRecordSource({ seed: 3, keys: 50, models: 9, fromMs: 1.7e12, toMs: 1.8e12, count: 500 });
const words = [
  "",
  "a",
  "ü€𝄞",
  "\u0000\n",
  "x".repeat(47),
  "x".repeat(49),
  "ö".repeat(64),
  "y".repeat(3000),
  "__proto__",
];
const numbers = [0, 1, 127, 128, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -1, 0.1, -2.5e-300, 1e300];

/** As they come, and with texts and numbers as they never come. */
function randomRecord(index: number): RequestRecord {
  const word = () => words[below(words.length)] ?? "";
  const number = () => numbers[below(numbers.length)] ?? 0;
  const record = source(index);
  if (index % 2 === 0) return record;
  return {
    ...record,
    requestId: word(),
    errorMessage: word(),
    tags: { [`${word()}1`]: word(), [`${word()}2`]: word() },
    dropped: Array.from({ length: below(4) }, word),
    durationMs: number(),
    usage: { ...noUsage, input: number(), output: number(), inputAudio: number() },
    charges: Array.from({ length: below(5) }, () => ({
      slot: below(1e9),
      tag: 1,
      period: below(1e5),
      amount: number(),
    })),
  };
}

const records = [fullRecord, ...Array.from({ length: 500 }, (_, index) => randomRecord(index))];

describe("writeRecord() and createRecordReader()", () => {
  test("give every record back as it was, in both forms", () => {
    for (const record of records) {
      expect(read(bytesOfRecord(record))).toEqual(record);
      expect(read(Buffer.from(JSON.stringify(record)))).toEqual(record);
    }
  });

  test("refuse a record that is cut at any byte", () => {
    for (const record of records.slice(0, 20)) {
      const bytes = bytesOfRecord(record);
      for (let length = 0; length < bytes.length; length++) {
        const cut = read(bytes.subarray(0, length));
        // Between two fields it is a record that lacks the last ones, if these may be absent.
        if (cut !== undefined) expect(record).toMatchObject(cut);
      }
    }
  });

  test("come to an end with any bytes, and give no record that holds something else than its fields", () => {
    const bytes = bytesOfRecord(fullRecord);
    for (let round = 0; round < 5000; round++) {
      const damaged = Buffer.from(bytes);
      for (let hit = 0; hit <= below(3); hit++) damaged[1 + below(damaged.length - 1)] = below(256);
      const record = read(damaged);
      if (record !== undefined) expect(read(Buffer.from(JSON.stringify(record)))).toEqual(record);
    }
  });

  test("refuse what is no record", () => {
    for (const text of ["", "{", "[]", "\u0001", "\u0002x"]) expect(read(Buffer.from(text))).toBeUndefined();
  });

  test("pass over fields that a newer version brought", () => {
    const writer = new ByteWriter();
    writer.copy(bytesOfRecord(fullRecord), 0, bytesOfRecord(fullRecord).length);
    for (const number of [62, 1000]) {
      writer.next(number * 4);
      writer.next(2 ** 40);
      writer.next(number * 4 + 1);
      writer.float64(0.5);
      writer.next(number * 4 + 2);
      writer.text("moon");
    }
    expect(read(writer.take())).toEqual(fullRecord);
  });

  test("read a word that is not known in an optional field as none", () => {
    const { errorCode, ...rest } = fullRecord;
    const bytes = Buffer.from(bytesOfRecord(fullRecord));
    bytes.write("upstream_moons", bytes.indexOf(errorCode ?? ""));
    expect(read(bytes)).toEqual(rest);
  });
});

test("every field has a number of its own in its shape", () => {
  const shapesIn = (shape: Shape): readonly Shape[] => [
    shape,
    ...Object.values({ ...shape.required, ...shape.optional }).flatMap(({ type }) =>
      "shape" in type ? shapesIn(type.shape) : [],
    ),
  ];
  for (const shape of shapesIn(recordShape)) {
    const used = [...Object.values(shape.required), ...Object.values(shape.optional)].map(({ number }) => number);
    expect(new Set(used).size).toBe(used.length);
  }
});
