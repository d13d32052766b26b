import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { batchOf } from "../fixtures/open-log";
import { plainRecord, startMs } from "../fixtures/plain-record";
import type { LogStore, LogWriter } from "../log-store";
import type { StatsQuery } from "../stats-query";
import { openLogDatabase } from "./open-log-database";
import { openSqliteLogStore } from "./sqlite-log-store";
import { openSqliteLogWriter } from "./sqlite-log-writer";
import { createYoungRows } from "./young-rows";

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

const all = Array.from({ length: 20 }, (_, index) => plainRecord(index));

describe("LogWriter.commit()", () => {
  test("writes records and positions together or not at all", async () => {
    const position = { identity: "ab", offset: 1234, sequence: 5 };
    await writer.commit(batchOf([plainRecord(1)], { positions: new Map([["g1-w0-1.records", position]]) }));
    // Written last, and not what the table takes.
    const broken = { identity: JSON.parse("null"), offset: 0, sequence: 0 };
    const failed = writer.commit(
      batchOf([plainRecord(2)], {
        positions: new Map([
          ["g1-w0-2.records", position],
          ["g1-w0-3.records", broken],
        ]),
      }),
    );
    expect(failed).rejects.toThrow("NOT NULL");
    await failed.catch(() => undefined);
    expect(await writer.positions()).toEqual(new Map([["g1-w0-1.records", position]]));
    expect((await store.list({ limit: 10 })).data).toEqual([plainRecord(1)]);
    await writer.forget(["g1-w0-1.records"]);
    expect((await writer.positions()).size).toBe(0);
  });

  test("rejects while another connection holds the lock, and succeeds afterwards", async () => {
    const other = new Database(file);
    other.exec("BEGIN EXCLUSIVE");
    const locked = writer.commit(batchOf([plainRecord(1)]));
    expect(locked).rejects.toThrow("locked");
    await locked.catch(() => undefined);
    other.exec("ROLLBACK");
    other.close();
    await writer.commit(batchOf([plainRecord(1)]));
    expect((await store.list({ limit: 10 })).data).toEqual([plainRecord(1)]);
  });

  test("rejects when the database file was deleted under it", async () => {
    await writer.commit(batchOf([plainRecord(1)]));
    rmSync(file);
    expect(writer.commit(batchOf([plainRecord(2)]))).rejects.toThrow("it was deleted or replaced while open");
  });
});

describe("openSqliteLogStore()", () => {
  test("opens the database anew when it was deleted and made again", async () => {
    await writer.commit(batchOf([plainRecord(1)]));
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    const again = openSqliteLogWriter(file);
    await again.commit(batchOf([plainRecord(2)]));
    again.close();
    expect((await store.list({ limit: 10 })).data).toEqual([plainRecord(2)]);
  });
});

describe("records that are packed", () => {
  const packed = { records: 16, left: 8 };
  beforeEach(async () => {
    writer.close();
    writer = openSqliteLogWriter(file, packed.left);
    await writer.commit(batchOf(all));
  });
  const rows = (table: string) => {
    using raw = new Database(file);
    return raw.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  };
  const young = () => {
    using raw = new Database(file);
    return createYoungRows(raw).after(0).length;
  };
  const purge = async (what: "records" | "facts" | "days", beforeMs: number, batch = 5) => {
    let steps = 0;
    while ((await store.purge({ what, beforeMs }, batch)) > 0) steps += 1;
    return steps;
  };

  test("stand in packs, those that waited longest first", () => {
    expect([rows("packs"), young()]).toEqual([2, all.length - packed.records]);
  });

  test("are not taken a second time", async () => {
    expect(await writer.commit(batchOf(all))).toEqual([]);
    expect([...(await store.list({ limit: 100, order: "oldest" })).data]).toEqual(all);
  });

  test("are found", async () => {
    for (const each of all) expect(await store.get(each.id)).toEqual({ record: each });
  });

  test("are deleted to the very one, and their sums stay", async () => {
    const total = async () => (await store.stats(sumsOf(all))).total[0];
    expect(await total()).toBe(all.length);
    await purge("records", startMs + 5);
    expect([...(await store.list({ limit: 100, order: "oldest" })).data]).toEqual(all.slice(10));
    expect(await store.get(all[9]?.id ?? "")).toBeUndefined();
    expect((await store.get(all[10]?.id ?? ""))?.record).toEqual(plainRecord(10));
    expect(await total()).toBe(all.length);
  });

  test("are deleted before they are packed, and their sums stay", async () => {
    await purge("records", startMs + 100);
    expect((await store.list({ limit: 100 })).data).toEqual([]);
    expect([young(), rows("pack_records")]).toEqual([0, 0]);
    expect((await store.stats(sumsOf(all))).total[0]).toBe(all.length);
  });

  test("of a version without refusals are listed and summed up as requests", async () => {
    using raw = new Database(file);
    const last = "SELECT max(id % 128) FROM pack_columns WHERE id % 128 < 64";
    expect(raw.run(`DELETE FROM pack_columns WHERE id % 128 = (${last})`).changes).toBe(2);
    const filters = [{ on: "number", field: "refused", max: 0 }] as const;
    expect((await store.list({ limit: 100, order: "oldest", filters })).data).toEqual(all);
    expect((await store.stats(sumsOf(all))).total[0]).toBe(all.length);
  });

  test("are as many as ever after a purge packed the young ones", async () => {
    await purge("records", startMs + 100);
    const later = Array.from({ length: packed.left }, (_, index) => plainRecord(1000 + index));
    await writer.commit(batchOf(later));
    expect(young()).toBe(later.length);
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

test("records of a pack of several rows are found, listed, and deleted to the very one", async () => {
  const many = Array.from({ length: 300 }, (_, index) => plainRecord(index));
  writer.close();
  writer = openSqliteLogWriter(file, 200);
  await writer.commit(batchOf(many));
  const list = async () => [...(await store.list({ limit: 1000, order: "oldest" })).data];
  expect(await list()).toEqual(many);
  for (const index of [0, 63, 64, 127, 128, 199, 200]) {
    expect((await store.get(plainRecord(index).id))?.record).toEqual(plainRecord(index));
  }
  for (const gone of [64, 66, 150]) {
    while ((await store.purge({ what: "records", beforeMs: startMs + gone / 2 }, 7)) > 0);
    expect(await list()).toEqual(many.slice(gone));
    expect(await store.get(plainRecord(gone - 1).id)).toBeUndefined();
    expect((await store.get(plainRecord(gone).id))?.record).toEqual(plainRecord(gone));
  }
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

describe("a search that finds too little", () => {
  test("ends with what it has, says so, and goes on from there", async () => {
    const rare = plainRecord(3, { sdk: "rare 1.0" });
    writer.close();
    writer = openSqliteLogWriter(file, 500);
    await writer.commit(batchOf([rare, ...Array.from({ length: 5000 }, (_, index) => plainRecord(10 + index))]));
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

test("list() of the slowest that may look at no more says how far back it looked, and its pages keep to that", async () => {
  writer.close();
  writer = openSqliteLogWriter(file, 500);
  const all = Array.from({ length: 5000 }, (_, index) => plainRecord(index, { durationMs: (index * 7919) % 10_007 }));
  await writer.commit(batchOf(all));
  store.close();
  store = openSqliteLogStore(file, { rows: 1500, ms: 60_000 });
  const found: RequestRecord[] = [];
  const back = new Set<number | undefined>();
  for (let after: string | undefined, pages = 0; pages < 50; pages++) {
    const page = await store.list({ limit: 100, rankedBy: "slowest", ...(after !== undefined && { after }) });
    found.push(...page.data);
    back.add(page.lookedBackToMs);
    after = page.next;
    if (after === undefined) break;
  }
  const [reached = 0, ...others] = back;
  expect(others).toEqual([]);
  const wanted = all.filter(({ startedAtMs }) => startedAtMs >= reached);
  expect(wanted.length).toBeGreaterThanOrEqual(1000);
  expect(wanted.length).toBeLessThan(5000);
  expect(found.map(({ id }) => id)).toEqual(
    wanted.toSorted((a, b) => b.durationMs - a.durationMs || (a.id < b.id ? 1 : -1)).map(({ id }) => id),
  );
});

test("a search for a text that may read no more ends with what it has, says so, and goes on from there", async () => {
  store.close();
  store = openSqliteLogStore(file, undefined, { ms: 60_000, bytes: 1 });
  const records = Array.from({ length: 9 }, (_, index) => plainRecord(index));
  await writer.commit(batchOf(records));
  const bytes = (text: string) => ({ bytes: new TextEncoder().encode(text), totalBytes: text.length });
  const contents = records.map(({ id }, index) => ({ id, request: bytes(index === 1 ? "a needle" : "hay") }));
  await writer.content.keep(contents, new Map());
  const found: string[] = [];
  const partial: boolean[] = [];
  for (let after: string | undefined, pages = 0; pages < 20; pages++) {
    const page = await store.list({ text: "needle", limit: 5, ...(after !== undefined && { after }) });
    found.push(...page.data.map(({ id }) => id));
    partial.push(page.partial === true);
    after = page.next;
    if (after === undefined) break;
  }
  expect(found).toEqual([records[1]?.id ?? ""]);
  // One record is looked at each time, the last of which is followed by none.
  expect(partial).toEqual([...records.map(() => true), false]);
});

test("list() by many sessions, some of which have many records, finds each record once, page by page", async () => {
  const records = Array.from({ length: 1250 }, (_, index) =>
    plainRecord(index, { sessionId: index % 25 === 7 ? `s${index / 25}` : "s" }),
  );
  await writer.commit(batchOf(records));
  const sessions = ["s", ...records.flatMap(({ sessionId = "s" }) => (sessionId === "s" ? [] : [sessionId]))];
  const filters = [{ on: "word", field: "session_id", anyOf: sessions } as const];
  const found: string[] = [];
  for (let after: string | undefined, pages = 0; pages < 20; pages++) {
    const page = await store.list({ limit: 400, filters, ...(after !== undefined && { after }) });
    found.push(...page.data.map(({ id }) => id));
    after = page.next;
    if (after === undefined) break;
  }
  expect(found).toEqual(records.map(({ id }) => id).toReversed());
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
