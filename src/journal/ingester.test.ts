import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { systemClock } from "#core/clock";
import type { RequestRecord } from "#core/record";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import { openJournal, type WorkerJournal } from "./append";
import { sampleId, sampleRecord, silentLog } from "./fixtures/sample-record";
import { startIngest } from "./ingest";
import { createIngester, type Ingester } from "./ingester";

let root: string;
let directory: string;
let databaseFile: string;
let alive: Set<number>;
let journal: WorkerJournal;
let ingester: Ingester;
let batches: (readonly RequestRecord[])[];
let messages: string[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "headgate-ingest-"));
  directory = join(root, "journal");
  databaseFile = join(root, "logs.sqlite");
  alive = new Set([0]);
  batches = [];
  messages = [];
  journal = await openJournal({
    directory,
    generation: 1,
    worker: 0,
    durability: "process",
    segmentBytes: 64 << 10,
    log: silentLog,
  });
  ingester = createIngester({
    directory,
    openStore: async () => openSqliteLogWriter(databaseFile),
    isWriterAlive: async (_, worker) => alive.has(worker),
    onBatch: (records) => batches.push(records),
    log: { ...silentLog, warn: (_, message) => messages.push(message), error: (_, message) => messages.push(message) },
  });
});
afterEach(async () => {
  ingester.close();
  await journal.close();
  rmSync(root, { recursive: true });
});

async function append(from: number, count: number): Promise<void> {
  for (let index = from; index < from + count; index++) {
    const claim = journal.claim();
    if (claim === undefined) throw new Error("The journal refused a claim");
    await journal.append(claim, sampleRecord(index));
  }
}

async function rows(): Promise<readonly string[]> {
  const store = openSqliteLogStore(databaseFile);
  const { data } = await store.list({ limit: 100_000, order: "oldest" });
  store.close();
  return data.map(({ id }) => id);
}

const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => sampleId(from + index));
const files = () => readdirSync(directory).toSorted();

describe("createIngester()", () => {
  test("takes in what was appended since the last pass, once", async () => {
    await append(0, 3);
    expect(await ingester.pass()).toBe(true);
    await append(3, 4);
    expect(await ingester.pass()).toBe(true);
    expect(await ingester.pass()).toBe(false);
    expect(await rows()).toEqual(ids(0, 7));
    expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([ids(0, 3), ids(3, 4)]);
    expect(batches[0]?.[0]).toEqual(sampleRecord(0));
    expect(ingester.backlog()).toEqual({ records: 0, bytes: 0 });
  });

  test("stores bodies in full and cut ones with their whole length", async () => {
    await append(0, 2);
    const request = Buffer.from('{"model":"x"}');
    journal.appendContent(sampleId(0), { request, response: Buffer.alloc(3 << 20, "r") });
    journal.appendContent(sampleId(1), { response: Buffer.alloc(0) });
    await journal.close();
    await ingester.pass();
    const store = openSqliteLogStore(databaseFile);
    expect(await store.content.read(sampleId(0))).toEqual({
      id: sampleId(0),
      request: { bytes: new Uint8Array(request), totalBytes: request.length },
      response: { bytes: new Uint8Array(1 << 20).fill(0x72), totalBytes: 3 << 20 },
    });
    expect(await store.content.read(sampleId(1))).toEqual({
      id: sampleId(1),
      response: { bytes: new Uint8Array(0), totalBytes: 0 },
    });
    store.close();
  });

  test("masks what looks like a secret in bodies before they are stored", async () => {
    const request = Buffer.from('{"content":"my key is sk-proj-abcdefgh12345678, keep it"}');
    await append(0, 1);
    journal.appendContent(sampleId(0), { request });
    await journal.close();
    await ingester.pass();
    const store = openSqliteLogStore(databaseFile);
    const kept = (await store.content.read(sampleId(0)))?.request;
    store.close();
    expect(new TextDecoder().decode(kept?.bytes)).toMatch(/^{"content":"my key is \*+, keep it"}$/);
  });

  test("takes records in while bodies cannot be kept, says so once, and keeps the bodies afterwards", async () => {
    const inTheWay = join(root, "content");
    writeFileSync(inTheWay, "a file where the directory should be");
    await append(0, 3);
    journal.appendContent(sampleId(0), { request: Buffer.from("ask") });
    await journal.close();
    alive.clear();
    for (let pass = 0; pass < 3; pass++) await ingester.pass();
    expect(await rows()).toEqual(ids(0, 3));
    expect(messages).toEqual(["Cannot keep bodies; they stay in the journal and are tried again"]);
    expect(files()).toEqual(["g1-w0-1.content"]);
    rmSync(inTheWay);
    for (let pass = 0; pass < 3; pass++) await ingester.pass();
    const store = openSqliteLogStore(databaseFile);
    expect(new TextDecoder().decode((await store.content.read(sampleId(0)))?.request?.bytes)).toBe("ask");
    store.close();
    expect(files()).toEqual([]);
  });

  test("takes in a few megabytes of bodies a pass, and all of them in the end", async () => {
    const body = Buffer.alloc(1 << 20, "b");
    await append(0, 12);
    for (let index = 0; index < 12; index++) journal.appendContent(sampleId(index), { request: body });
    await journal.close();
    alive.clear();
    const store = openSqliteLogStore(databaseFile);
    const kept = async () => {
      const contents = await Promise.all(ids(0, 12).map((id) => store.content.read(id)));
      return contents.filter((content) => content !== undefined).length;
    };
    await ingester.pass();
    expect(await rows()).toEqual(ids(0, 12));
    expect(await kept()).toBeWithin(4, 7);
    for (let pass = 0; pass < 4; pass++) await ingester.pass();
    expect(await kept()).toBe(12);
    store.close();
    expect(files()).toEqual([]);
  });

  test("deletes full segments after the commit, but the last one of a living worker", async () => {
    await append(0, 1500);
    const before = files().filter((file) => file.endsWith(".records"));
    expect(before.length).toBeGreaterThan(3);
    await ingester.pass();
    expect(files().filter((file) => file.endsWith(".records"))).toEqual(
      before.toSorted(bySequence).slice(-2).toSorted(),
    );
    await append(1500, 10);
    alive.clear();
    await ingester.pass();
    await ingester.pass();
    expect(files().filter((file) => file.endsWith(".records"))).toEqual([]);
    expect(await rows()).toEqual(ids(0, 1510));
  });

  test("keeps everything while the database is locked, says how much waits, and goes on afterwards", async () => {
    await append(0, 5);
    await ingester.pass();
    const other = new Database(databaseFile);
    other.exec("BEGIN EXCLUSIVE");
    await append(5, 500);
    const before = files();
    expect(ingester.pass()).rejects.toThrow("locked");
    await ingester.pass().catch(() => undefined);
    expect(files()).toEqual(before);
    expect(ingester.backlog().records).toBe(500);
    other.exec("ROLLBACK");
    other.close();
    await ingester.pass();
    expect(await rows()).toEqual(ids(0, 505));
    expect(ingester.backlog()).toEqual({ records: 0, bytes: 0 });
  });

  test("begins a new database when the old one was deleted, with all that the journal still has", async () => {
    await append(0, 5);
    await ingester.pass();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(databaseFile + suffix, { force: true });
    await append(5, 5);
    await ingester.pass().catch(() => undefined);
    await ingester.pass();
    expect(await rows()).toEqual(ids(0, 10));
  });

  test("keeps everything while the database cannot be opened", async () => {
    await append(0, 5);
    mkdirSync(databaseFile);
    await ingester.pass().catch((error) => messages.push(String(error)));
    expect(messages.join()).toContain("Cannot use the database");
    expect(ingester.backlog().records).toBe(5);
    rmdirSync(databaseFile);
    await ingester.pass();
    expect(await rows()).toEqual(ids(0, 5));
  });

  test("ingests into a database that is made in the place of a damaged one", async () => {
    await append(0, 5);
    writeFileSync(databaseFile, "this is not a database, and it is longer than the header of one ".repeat(10));
    await ingester.pass();
    expect(await rows()).toEqual(ids(0, 5));
  });

  test("ingests around damage in a full segment and sets the file aside", async () => {
    await append(0, 600);
    const path = join(directory, "g1-w0-1.records");
    const bytes = readFileSync(path);
    bytes.fill(0xee, 5000, 5010);
    writeFileSync(path, bytes);
    await ingester.pass();
    const ingested = new Set(await rows());
    expect(ids(0, 600).filter((id) => !ingested.has(id)).length).toBe(1);
    // The last full segment is kept as long as the worker lives.
    alive.clear();
    await ingester.pass();
    await ingester.pass();
    expect(files()).toContain("g1-w0-1.records.damaged");
    expect(ingester.lostRecords()).toBe(1);
    expect(messages).toEqual([
      "Cannot read part of a journal segment; going on behind it",
      "Cannot read all of a journal segment; kept as *.damaged",
    ]);
  });

  test("leaves a segment of a later version where it is, says so once, and ingests the others", async () => {
    await append(0, 3);
    const path = join(directory, "g9-w0-1.records");
    const bytes = readFileSync(join(directory, "g1-w0-1.records"));
    bytes.writeUInt8(3, 7);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 24)), 24);
    writeFileSync(path, bytes);
    writeFileSync(join(directory, "g9-w0-2.records"), bytes);
    for (let pass = 0; pass < 3; pass++) await ingester.pass();
    expect(await rows()).toEqual(ids(0, 3));
    expect(files()).toEqual(expect.arrayContaining(["g9-w0-1.records", "g9-w0-2.records"]));
    expect(readFileSync(path)).toEqual(bytes);
    expect(ingester.backlog()).toEqual({ records: 0, bytes: 0 });
    const told = "Cannot read a journal segment that a later Headgate wrote; kept for that one";
    expect(messages).toEqual([told, told]);
  });

  test("counts a frame that holds no record as lost, and ingests the others", async () => {
    await append(0, 1);
    const claim = journal.claim();
    // Written as no number.
    const broken = sampleRecord(1, { startedAtMs: Number.NaN });
    if (claim !== undefined) await journal.append(claim, broken);
    await append(2, 1);
    await ingester.pass();
    expect(await rows()).toEqual([sampleId(0), sampleId(2)]);
    expect(ingester.lostRecords()).toBe(1);
  });

  test("does not take the position of an older segment of the same name for its own", async () => {
    await append(0, 3);
    await ingester.pass();
    await journal.close();
    rmSync(join(directory, "g1-w0-1.records"));
    ingester.close();
    journal = await openJournal({ directory, generation: 1, worker: 0, durability: "process", log: silentLog });
    await append(10, 5);
    await ingester.pass();
    expect(await rows()).toEqual([...ids(0, 3), ...ids(10, 5)]);
  });

  test("removes what dead workers left half prepared", async () => {
    writeFileSync(join(directory, "g1-w7-2.records.new"), "");
    writeFileSync(join(directory, "g1-w0-99.records.new"), "");
    await ingester.pass();
    expect(files()).toEqual(["g1-w0-1.records", "g1-w0-99.records.new"]);
  });
});

describe("startIngest()", () => {
  test("ingests in a thread, tells its listeners, its lag, and stops", async () => {
    const ingest = startIngest({
      directory,
      storesUrl: `sqlite:${root}`,
      isWriterAlive: (_, worker) => alive.has(worker),
      clock: systemClock,
      log: silentLog,
      pollMs: 5,
    });
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const unsubscribe = ingest.onBatch((records) => {
      heard.push(...records.map(({ id }) => id));
      if (heard.length === 20) resolve();
    });
    await append(0, 20);
    await promise;
    unsubscribe();
    expect(heard).toEqual(ids(0, 20));
    expect(await rows()).toEqual(ids(0, 20));
    expect(ingest.lag()).toMatchObject({ records: 0, bytes: 0 });
    await journal.close();
    alive.clear();
    while (files().length > 0) await Bun.sleep(2);
    await ingest.close();
  });
});

function bySequence(a: string, b: string): number {
  return Number(a.split(/[-.]/)[2]) - Number(b.split(/[-.]/)[2]);
}
