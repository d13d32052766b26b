import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import { openJournal } from "./append";
import { sampleId, sampleRecord, silentLog } from "./fixtures/sample-record";
import { createIngester } from "./ingester";
import { appendInterrupted, findRecords, interruptedRecord } from "./interrupted";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headgate-interrupted-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const entries = [{ slot: 3, tag: 1, period: 7, amount: 4000 }];
const label =
  '{"keyId":"0198","keyName":"app","team":"t","customer":"c","endpoint":"messages","dialect":"anthropic-messages"}';
const request = { charges: entries, label, target: "groq/meta/llama#4#main", input: 30, output: 12, cost: 4000 };
const interrupted = (index: number) => interruptedRecord({ ...request, id: sampleId(index) }, 0, 1_700_000_005_000);

async function ingestAll(): Promise<ReturnType<typeof openSqliteLogStore>> {
  const databaseFile = join(directory, "log.sqlite");
  const ingester = createIngester({
    directory,
    openStore: async () => openSqliteLogWriter(databaseFile),
    isWriterAlive: async () => false,
    onBatch: () => undefined,
    log: silentLog,
  });
  await ingester.pass();
  await ingester.pass();
  ingester.close();
  return openSqliteLogStore(databaseFile);
}

describe("interruptedRecord()", () => {
  test("tells the start from the id and what is charged from the hold", () => {
    expect(interrupted(1000)).toMatchObject({
      startedAtMs: 1_700_000_001_000,
      durationMs: 4000,
      outcome: "interrupted",
      usage: { input: 30, output: 12, estimated: true },
      cost: 4000,
      charges: entries,
    });
  });

  test("names the model from the label where the target stands for all that are not listed, and none else", () => {
    const unlisted = { ...request, id: sampleId(1), target: "groq/other#main" };
    expect(interruptedRecord({ ...unlisted, label: '{"model":"made-up"}' }, 0, 0)).toMatchObject({
      provider: "groq",
      model: "made-up",
    });
    expect("model" in interruptedRecord(unlisted, 0, 0)).toBe(false);
  });

  test("names key, team, customer, endpoint and target as far as they were noted", () => {
    expect(interrupted(1)).toMatchObject({
      keyId: "0198",
      keyName: "app",
      team: "t",
      customer: "c",
      endpoint: "messages",
      dialect: "anthropic-messages",
      provider: "groq",
      model: "meta/llama#4",
      providerKey: "main",
    });
    for (const broken of ["", "{", "[]", "null", '{"keyId":7,"dialect":7,"endpoint":null}']) {
      const record = interruptedRecord({ ...request, id: sampleId(1), label: broken, target: broken }, 0, 0);
      expect(record).toMatchObject({ endpoint: "unknown", outcome: "interrupted" });
      expect([record.keyId, record.dialect, record.provider, record.model]).toEqual(Array(4).fill(undefined));
    }
  });

  test("says who pays", () => {
    const { paidBy } = interruptedRecord({ ...request, id: sampleId(1), cost: 0, paidBy: "client" }, 0, 0);
    expect([paidBy, interrupted(1).paidBy]).toEqual(["client", undefined]);
  });

  test("has no cost when a price is unknown", () => {
    const { cost: _, ...unpriced } = request;
    expect("cost" in interruptedRecord({ ...unpriced, id: sampleId(1) }, 0, 0)).toBe(false);
  });
});

describe("appendInterrupted()", () => {
  test("writes a segment that is ingested and deleted, twice the same being one row", async () => {
    appendInterrupted(directory, 4, [interrupted(1), interrupted(2)]);
    appendInterrupted(directory, 4, [interrupted(2), interrupted(3)]);
    expect(readdirSync(directory).toSorted()).toEqual(["g4-supervisor-1.records", "g4-supervisor-2.records"]);
    const store = await ingestAll();
    const { data } = await store.list({ limit: 10, order: "oldest" });
    expect(data).toEqual([interrupted(1), interrupted(2), interrupted(3)]);
    store.close();
    expect(readdirSync(directory).filter((file) => file.startsWith("g4"))).toEqual([]);
  });

  test("writes nothing for nothing", () => {
    appendInterrupted(directory, 4, []);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("holds as many records as there can be, each as large as can be", async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      ...interrupted(index),
      errorMessage: "e".repeat(20_000),
    }));
    appendInterrupted(directory, 4, many);
    const store = await ingestAll();
    expect((await store.list({ limit: 1000 })).data.length).toBe(300);
    store.close();
  });

  test("leaves the account of the worker itself as it is where there is one", async () => {
    const journal = await openJournal({ directory, generation: 4, worker: 0, durability: "process", log: silentLog });
    const claim = journal.claim();
    if (claim !== undefined) await journal.append(claim, sampleRecord(1));
    await journal.close();
    appendInterrupted(directory, 4, [interrupted(1), interrupted(2)]);
    const store = await ingestAll();
    expect((await store.list({ limit: 10, order: "oldest" })).data).toEqual([sampleRecord(1), interrupted(2)]);
    store.close();
  });
});

describe("findRecords()", () => {
  test("finds what one worker of one generation journaled, over all its segments", async () => {
    const writers = [
      { generation: 4, worker: 0 },
      { generation: 4, worker: 1 },
      { generation: 5, worker: 0 },
    ];
    for (const [index, writer] of writers.entries()) {
      for (const round of [0, 1]) {
        const journal = await openJournal({ directory, ...writer, durability: "process", log: silentLog });
        const claim = journal.claim();
        if (claim !== undefined) await journal.append(claim, sampleRecord(10 * index + round));
        await journal.close();
      }
    }
    const ids = new Set([0, 1, 10, 20, 99].map(sampleId));
    const found = findRecords(directory, { generation: 4, worker: 0 }, ids);
    expect(found).toEqual(
      new Map([
        [sampleId(1), sampleRecord(1)],
        [sampleId(0), sampleRecord(0)],
      ]),
    );
  });
});
