import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOfRecord } from "#core/fixtures/bytes-of-record";
import { createRecordSource } from "./fixtures/random-records";
import { LogQueryRefused, type LogStore } from "./log-store";
import { openSqliteLogWriter } from "./sqlite/sqlite-log-writer";
import { openThreadedLogStore } from "./threaded-log-store";

let directory: string;
let file: string;
let store: LogStore;
const failures: string[] = [];
const onFailure = (message: string) => failures.push(message);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "headgate-threaded-"));
  file = join(directory, "logs.sqlite");
  const source = createRecordSource({
    seed: 1,
    keys: 9,
    models: 3,
    fromMs: 1_700_000_000_000,
    toMs: 1_700_000_900_000,
    count: 50,
  });
  const writer = openSqliteLogWriter(file);
  const records = Array.from({ length: 50 }, (_, index) => source(index));
  await writer.commit({
    records: records.map((record) => ({ record, bytes: bytesOfRecord(record) })),
    positions: new Map(),
  });
  writer.close();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

describe("openThreadedLogStore()", () => {
  test("answers from its thread, many at once, in their order", async () => {
    store = openThreadedLogStore({ url: `sqlite:${directory}`, onFailure });
    const pages = await Promise.all(Array.from({ length: 20 }, (_, index) => store.list({ limit: index + 1 })));
    expect(pages.map(({ data }) => data.length)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const [first] = pages[0]?.data ?? [];
    expect((await store.get(first?.id ?? ""))?.record).toEqual(first);
    expect(await store.get("0".repeat(32))).toBeUndefined();
  });

  test("reads bodies and the feed of records in its thread, too", async () => {
    store = openThreadedLogStore({ url: `sqlite:${directory}`, onFailure });
    const [{ id } = { id: "" }] = (await store.list({ limit: 1 })).data;
    const writer = openSqliteLogWriter(file);
    await writer.content.keep([{ id, request: { bytes: new Uint8Array([1, 2]), totalBytes: 9 } }], new Map());
    writer.close();
    expect(await store.content.read(id)).toEqual({ id, request: { bytes: new Uint8Array([1, 2]), totalBytes: 9 } });
    expect([await store.content.remove(id), await store.content.remove(id)]).toEqual([true, false]);
    expect(await store.content.expire(Date.now(), 10)).toBe(0);
    await store.feed.open("sink", "beginning");
    const page = await store.feed.next("sink", 100);
    expect(page.records.length).toBe(50);
    await store.feed.advance("sink", page.place);
    expect((await store.feed.next("sink", 100)).records).toEqual([]);
    await store.feed.retain([]);
    const refused = await store.feed.next("sink", 1).catch((error: unknown) => error);
    expect(refused).toEqual(new Error("Cannot read the records for sink: it was not opened"));
  });

  test("refuses what would wait behind too many", async () => {
    store = openThreadedLogStore({ url: `sqlite:${directory}`, onFailure, maxWaiting: 3 });
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => store.list({ limit: 1 })));
    expect(answers.map(({ status }) => status)).toEqual([...Array(4).fill("fulfilled"), ...Array(2).fill("rejected")]);
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    expect(refused.every((error) => error instanceof LogQueryRefused && error.reason === "busy")).toBe(true);
  });

  test("gives up a call that takes too long and goes on with the next in a new thread", async () => {
    store = openThreadedLogStore({ url: `sqlite:${directory}`, onFailure, timeoutMs: 1 });
    const given = await store.list({ limit: 1 }).catch((error: unknown) => error);
    expect(given).toBeInstanceOf(LogQueryRefused);
    store.close();
    store = openThreadedLogStore({ url: `sqlite:${directory}`, onFailure });
    expect((await store.list({ limit: 5 })).data.length).toBe(5);
  });

  test("passes a failure on and answers again when its cause is gone", async () => {
    store = openThreadedLogStore({ url: `sqlite:${join(directory, "none")}`, onFailure });
    expect(store.list({ limit: 1 })).rejects.toThrow("Cannot use the database");
    await store.list({ limit: 1 }).catch(() => undefined);
    store.close();
    store = openThreadedLogStore({ url: `sqlite:${directory}`, onFailure });
    expect((await store.list({ limit: 1 })).data.length).toBe(1);
    expect(failures).toEqual([]);
  });
});
