import { describe, expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import { createSseParser } from "#lib/sse-parser";
import { createRecordSource } from "#store/log/fixtures/random-records";
import { createLogTail } from "./log-tail";

const range = { fromMs: 1_700_000_000_000, toMs: 1_700_000_900_000 };
const source = createRecordSource({ seed: 1, keys: 9, models: 3, ...range, count: 5000 });
const records = Array.from({ length: 5000 }, (_, index) => source(index));

function createSubject() {
  const listeners = new Set<(batch: readonly RequestRecord[]) => void>();
  const tail = createLogTail({
    show: ({ id }) => ({ id }),
    onRecords: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const add = (batch: readonly RequestRecord[]) => {
    for (const listener of listeners) listener(batch);
  };
  return { tail, add, listeners };
}

function eventsOf(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const parser = createSseParser();
  const next = async () =>
    parser.push((await reader.read()).value ?? new Uint8Array(0)).filter(({ data }) => data !== "");
  return { next, cancel: () => reader.cancel() };
}

describe("LogTail.open()", () => {
  test("sends the records that match, as they come", async () => {
    const { tail, add } = createSubject();
    const events = eventsOf(tail.open([{ on: "class", field: "stream", anyOf: ["true"] }]));
    expect(await events.next()).toEqual([]);
    for (const part of [records.slice(0, 10), records.slice(10, 30)]) {
      const got = events.next();
      add(part);
      const wanted = part.filter(({ stream }) => stream).map(({ id }) => id);
      expect((await got).map(({ data }) => JSON.parse(data).id)).toEqual(wanted);
    }
    await events.cancel();
  });

  test("drops what does not fit for who reads too slowly, and says how much", async () => {
    const { tail, add } = createSubject();
    const events = eventsOf(tail.open([]));
    await events.next();
    add(records.slice(0, 1));
    add(records.slice(1, 2500));
    add(records.slice(2500, 3000));
    const got: { readonly event: string; readonly data: string }[] = [];
    while (!got.some(({ event }) => event === "dropped")) got.push(...(await events.next()));
    const told = got.filter(({ event }) => event === "record").length;
    const dropped = JSON.parse(got.find(({ event }) => event === "dropped")?.data ?? "{}").dropped;
    expect(told).toBeLessThanOrEqual(1001);
    expect(told + dropped).toBe(3000);
    const after = events.next();
    add(records.slice(4000, 4001));
    expect((await after).map(({ event }) => event)).toEqual(["record"]);
    await events.cancel();
  });

  test("refuses too many listeners, and takes new ones when others have left", async () => {
    const { tail, listeners } = createSubject();
    const all = Array.from({ length: 32 }, () => eventsOf(tail.open([])));
    expect(() => tail.open([])).toThrow("32 listeners follow them already");
    await all[0]?.cancel();
    expect(listeners.size).toBe(31);
    const another = eventsOf(tail.open([]));
    for (const events of [another, ...all.slice(1)]) await events.cancel();
    expect(listeners.size).toBe(0);
  });
});
