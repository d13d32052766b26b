import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import type { LogBatch, LogStore, LogWriter } from "../log-store";
import type { StatsQuery } from "../stats-query";
import { openLogDatabase } from "./open-log-database";
import { openSqliteLogStore } from "./sqlite-log-store";
import { openSqliteLogWriter } from "./sqlite-log-writer";

const startMs = 1_700_000_000_000;

function record(index: number, extra: Partial<RequestRecord> = {}): RequestRecord {
  const startedAtMs = startMs + Math.floor(index / 2);
  return {
    id: startedAtMs.toString(16).padStart(12, "0") + (index >>> 0).toString(16).padStart(20, "0"),
    requestId: "label",
    startedAtMs,
    durationMs: 10,
    upstreamMs: 9,
    worker: 0,
    dialect: "openai-chat",
    endpoint: "chat.completions",
    attempts: [],
    stream: true,
    status: 200,
    outcome: "ok",
    charges: [],
    requestBytes: 1,
    responseBytes: 2,
    ...extra,
  };
}

function batchOf(records: readonly RequestRecord[], rest: Partial<LogBatch> = {}): LogBatch {
  const journaled = records.map((each) => ({ record: each, json: JSON.stringify(each) }));
  return { records: journaled, contents: [], positions: new Map(), ...rest };
}

let directory: string;
let file: string;
let writer: LogWriter;
let store: LogStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headgate-logs-"));
  file = join(directory, "log.sqlite");
  writer = openSqliteLogWriter(file);
  store = openSqliteLogStore(file);
});
afterEach(() => {
  writer.close();
  store.close();
  rmSync(directory, { recursive: true });
});

const all = Array.from({ length: 20 }, (_, index) => record(index));

describe("LogStore.list()", () => {
  for (const order of ["newest", "oldest"] as const) {
    test(`pages through everything once, ${order} first, while records are added`, async () => {
      await writer.commit(batchOf(all));
      const seen: RequestRecord[] = [];
      for (let after: string | undefined, pages = 0; pages < 10; pages++) {
        const page = await store.list({ limit: 7, order, ...(after !== undefined && { after }) });
        seen.push(...page.data);
        after = page.next;
        if (after === undefined) break;
        await writer.commit(batchOf([record(order === "newest" ? 100 + pages : -1 - pages)]));
      }
      expect(seen).toEqual(order === "newest" ? all.toReversed() : all);
    });
  }

  test("keeps to a range of time, from inclusive, to exclusive", async () => {
    await writer.commit(batchOf(all));
    const { data, next } = await store.list({ fromMs: startMs + 3, toMs: startMs + 5, limit: 100 });
    expect([...data]).toEqual(all.slice(6, 10).toReversed());
    expect(next).toBeUndefined();
    const first = await store.list({ fromMs: startMs + 3, toMs: startMs + 5, limit: 3, order: "oldest" });
    expect(first.data).toEqual(all.slice(6, 9));
    const second = await store.list({
      fromMs: startMs + 3,
      toMs: startMs + 5,
      limit: 3,
      order: "oldest",
      after: first.next ?? "",
    });
    expect(second).toEqual({ data: all.slice(9, 10), corrections: [] });
  });

  test("has no next page when the last one is exactly full", async () => {
    await writer.commit(batchOf(all));
    expect((await store.list({ limit: 20 })).next).toBeUndefined();
  });
});

describe("LogStore.get()", () => {
  test("returns a record with its bodies as they were", async () => {
    const usage = {
      input: 5,
      cacheRead: 1,
      cacheWrite: 2,
      cacheWrite1h: 3,
      inputAudio: 0,
      inputImage: 0,
      output: 9,
      reasoning: 4,
      outputAudio: 0,
      outputImage: 0,
      searches: 0,
      estimated: true,
    };
    const full = record(1, { usage, cost: 2 ** 52, team: "search", errorCode: "upstream_error", tags: { a: "ü𝄞" } });
    const request = { bytes: new TextEncoder().encode("ask ".repeat(1000)), totalBytes: 9_999_999 };
    await writer.commit(batchOf([full], { contents: [{ id: full.id, request }] }));
    expect(await store.get(full.id)).toEqual({ record: full, request });
  });

  test("keeps an empty body apart from none", async () => {
    const empty = { bytes: new Uint8Array(0), totalBytes: 0 };
    await writer.commit(batchOf([record(1)], { contents: [{ id: record(1).id, response: empty }] }));
    expect(await store.get(record(1).id)).toEqual({ record: record(1), response: empty });
  });

  test("returns nothing for an unknown id", async () => {
    expect(await store.get("0".repeat(32))).toBeUndefined();
  });
});

describe("LogWriter.commit()", () => {
  test("leaves a record that is there already as it is", async () => {
    await writer.commit(batchOf([record(1)]));
    await writer.commit(batchOf([record(1, { outcome: "interrupted" }), record(2)]));
    expect((await store.list({ limit: 10 })).data).toEqual([record(2), record(1)]);
  });

  test("writes records and positions together or not at all", async () => {
    const position = { identity: "ab", offset: 1234, sequence: 5 };
    await writer.commit(batchOf([record(1)], { positions: new Map([["g1-w0-1.records", position]]) }));
    const broken = { record: record(2), json: JSON.parse("null") };
    const failed = writer.commit({
      records: [broken],
      contents: [],
      positions: new Map([["g1-w0-2.records", position]]),
    });
    expect(failed).rejects.toThrow("NOT NULL");
    await failed.catch(() => undefined);
    expect(await writer.positions()).toEqual(new Map([["g1-w0-1.records", position]]));
    await writer.forget(["g1-w0-1.records"]);
    expect((await writer.positions()).size).toBe(0);
  });

  test("rejects while another connection holds the lock, and succeeds afterwards", async () => {
    const other = new Database(file);
    other.exec("BEGIN EXCLUSIVE");
    const locked = writer.commit(batchOf([record(1)]));
    expect(locked).rejects.toThrow("locked");
    await locked.catch(() => undefined);
    other.exec("ROLLBACK");
    other.close();
    await writer.commit(batchOf([record(1)]));
    expect((await store.list({ limit: 10 })).data).toEqual([record(1)]);
  });

  test("rejects when the database file was deleted under it", async () => {
    await writer.commit(batchOf([record(1)]));
    rmSync(file);
    expect(writer.commit(batchOf([record(2)]))).rejects.toThrow("it was deleted or replaced while open");
  });
});

describe("openSqliteLogStore()", () => {
  test("opens the database anew when it was deleted and made again", async () => {
    await writer.commit(batchOf([record(1)]));
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    const again = openSqliteLogWriter(file);
    await again.commit(batchOf([record(2)]));
    again.close();
    expect((await store.list({ limit: 10 })).data).toEqual([record(2)]);
  });
});

describe("LogStore.purge()", () => {
  test("deletes what started before, with its bodies, in steps, and nothing else", async () => {
    const contents = all.map(({ id }) => ({ id, request: { bytes: Buffer.from(id), totalBytes: 32 } }));
    await writer.commit(batchOf(all, { contents: [...contents, { ...contents[0], id: "0".repeat(32) }] }));
    const beforeMs = startMs + 7;
    let [steps, most] = [0, 0];
    for (let gone = 1; gone > 0; steps++) {
      gone = await store.purge({ what: "records", beforeMs }, 10);
      most = Math.max(most, gone);
    }
    expect({ most, steps }).toEqual({ most: 20, steps: 6 });
    expect((await store.list({ limit: 100, order: "oldest" })).data).toEqual(all.slice(14));
    const raw = new Database(file);
    expect(raw.query("SELECT count(*) AS n FROM contents").get()).toEqual({ n: 6 });
    raw.close();
  });
});

describe("records that are packed", () => {
  const packed = { records: 16, left: 8 };
  const bodies = { contents: all.map(({ id }) => ({ id, request: { bytes: Buffer.from(id), totalBytes: 32 } })) };
  beforeEach(async () => {
    writer.close();
    writer = openSqliteLogWriter(file, packed.left);
    await writer.commit(batchOf(all, bodies));
  });
  const rows = (table: string) => {
    using raw = new Database(file);
    return raw.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  };
  const purge = async (what: "records" | "facts" | "days", beforeMs: number, batch = 5) => {
    let steps = 0;
    while ((await store.purge({ what, beforeMs }, batch)) > 0) steps += 1;
    return steps;
  };

  test("stand in packs, those that waited longest first", () => {
    expect([rows("packs"), rows("requests")]).toEqual([2, all.length - packed.records]);
  });

  test("are not taken a second time", async () => {
    expect(await writer.commit(batchOf(all))).toEqual([]);
    expect([...(await store.list({ limit: 100, order: "oldest" })).data]).toEqual(all);
  });

  test("are found with their bodies", async () => {
    for (const each of all)
      expect(await store.get(each.id)).toMatchObject({ record: each, request: { totalBytes: 32 } });
  });

  test("are deleted to the very one, and their sums stay", async () => {
    const total = async () => (await store.stats(sumsOf(all))).total.sums[0];
    expect(await total()).toBe(all.length);
    await purge("records", startMs + 5);
    expect([...(await store.list({ limit: 100, order: "oldest" })).data]).toEqual(all.slice(10));
    expect(await store.get(all[9]?.id ?? "")).toBeUndefined();
    expect((await store.get(all[10]?.id ?? ""))?.record).toEqual(record(10));
    expect(await total()).toBe(all.length);
  });

  test("are deleted before they are packed, and their sums stay", async () => {
    await purge("records", startMs + 100);
    expect((await store.list({ limit: 100 })).data).toEqual([]);
    expect([rows("requests"), rows("pack_records"), rows("contents")]).toEqual([0, 0, 0]);
    expect((await store.stats(sumsOf(all))).total.sums[0]).toBe(all.length);
  });

  test("are as many as ever after a purge packed the young ones", async () => {
    await purge("records", startMs + 100);
    const later = Array.from({ length: packed.left }, (_, index) => record(1000 + index));
    await writer.commit(batchOf(later));
    expect(rows("requests")).toBe(later.length);
  });

  test("lose their facts when they are gone themselves, not before, and days their sums", async () => {
    expect(await purge("facts", startMs + 100)).toBe(0);
    await purge("records", startMs + 6);
    await purge("facts", startMs + 100);
    expect(rows("packs")).toBe(1);
    expect(rows("rollups")).toBe(3);
    await purge("days", startMs + 100 * 86_400_000);
    expect(rows("rollups")).toBe(0);
  });
});

function sumsOf(some: readonly RequestRecord[]): StatsQuery {
  return {
    fromMs: some[0]?.startedAtMs ?? 0,
    toMs: (some.at(-1)?.startedAtMs ?? 0) + 1,
    nowMs: startMs,
    interval: "none",
    timeZone: "UTC",
    filters: [],
    groupBy: [],
    top: 1,
    order: "requests",
    comparePrevious: false,
    percentiles: true,
  };
}

describe("records of one millisecond", () => {
  test("are told apart even when their ids differ only at the end", async () => {
    const same = Array.from({ length: 40 }, (_, index) =>
      record(0, { id: record(0).id.slice(0, 28) + String(1000 + index) }),
    );
    await writer.commit(batchOf(same.slice(0, 30)));
    await writer.commit(batchOf(same));
    expect([...(await store.list({ limit: 100, order: "oldest" })).data]).toEqual(same);
    for (const each of same) expect((await store.get(each.id))?.record).toEqual(each);
  });
});

describe("a search that finds too little", () => {
  test("ends with what it has, says so, and goes on from there", async () => {
    const rare = record(3, { sdk: "rare 1.0" });
    writer.close();
    writer = openSqliteLogWriter(file, 500);
    await writer.commit(batchOf([rare, ...Array.from({ length: 5000 }, (_, index) => record(10 + index))]));
    store.close();
    store = openSqliteLogStore(file, { rows: 1000, ms: 1000 });
    const filters = [{ on: "text", field: "sdk", contains: "RARE" } as const];
    let page = await store.list({ limit: 10, filters });
    expect(page).toMatchObject({ data: [], partial: true });
    const found = [...page.data];
    for (let pages = 0; page.next !== undefined && pages < 20; pages++) {
      page = await store.list({ limit: 10, filters, after: page.next });
      found.push(...page.data);
    }
    expect(found).toEqual([rare]);
  });
});

describe("bodies", () => {
  test("have what looks like a secret masked before they are stored", async () => {
    const text = '{"content":"my key is sk-proj-abcdefgh12345678, keep it"}';
    const request = { bytes: new TextEncoder().encode(text), totalBytes: text.length };
    await writer.commit(batchOf([record(1)], { contents: [{ id: record(1).id, request }] }));
    const kept = (await store.get(record(1).id))?.request;
    expect(new TextDecoder().decode(kept?.bytes)).toMatch(/^{"content":"my key is \*+, keep it"}$/);
  });
});

describe("openLogDatabase()", () => {
  test("makes commits wait for the disk, and readers not wait for writers", () => {
    const { database } = openLogDatabase(file, { busyTimeoutMs: 10 });
    expect(database.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(database.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    database.close();
  });
});

describe("openSqliteLogWriter()", () => {
  test("refuses a database that a newer Headgate made, and says so", () => {
    const raw = new Database(file);
    raw.exec("PRAGMA user_version = 999");
    raw.close();
    expect(() => openSqliteLogWriter(file)).toThrow("a newer Headgate made its schema version 999");
  });
});
