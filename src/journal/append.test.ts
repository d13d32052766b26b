import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOfRecord } from "#core/fixtures/bytes-of-record";
import type { RequestRecord } from "#core/record";
import { createManualTime, type ManualTime } from "#lib/fixtures/manual-time";
import { waitUntil } from "../../test/harness/wait-until";
import { type JournalOptions, openJournal, type WorkerJournal } from "./append";
import { sampleId, sampleRecord, silentLog } from "./fixtures/sample-record";
import { findRecords } from "./interrupted";
import type { Claim } from "./journal";
import { maxRecordBytes, maxRecordFrameBytes } from "./record-encoding";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headgate-journal-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

let time: ManualTime;
beforeEach(() => {
  time = createManualTime();
});

const open = (options: Partial<JournalOptions> = {}) =>
  openJournal({
    directory,
    generation: 1,
    worker: 0,
    durability: "process",
    log: silentLog,
    startTimer: time.startTimer,
    ...options,
  });

/** Moves time on until the journal can be written again. */
const recovered = (journal: WorkerJournal) =>
  waitUntil("a healthy journal", async () => {
    await time.advance(100);
    return journal.healthy();
  });

function claim(journal: WorkerJournal): Claim {
  const claimed = journal.claim();
  if (claimed === undefined) throw new Error("The journal refused a claim");
  return claimed;
}

const recordsOf = (indexes: readonly number[]) =>
  findRecords(directory, { generation: 1, worker: 0 }, new Set(indexes.map((index) => sampleId(index))));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** As large as a record can get without being cut. */
function largestRecord(index: number): RequestRecord {
  // Long enough for a length of two bytes.
  const short = sampleRecord(index, { errorMessage: "x".repeat(200) });
  return { ...short, errorMessage: "x".repeat(200 + maxRecordBytes - bytesOfRecord(short).length) };
}

describe("openJournal()", () => {
  for (const durability of ["process", "disk"] as const) {
    test(`appends records that can be read as soon as append resolves, durability ${durability}`, async () => {
      const journal = await open({ durability });
      for (const index of upTo(5)) await journal.append(claim(journal), sampleRecord(index));
      expect([...recordsOf(upTo(5)).values()]).toEqual(upTo(5).map((index) => sampleRecord(index)));
      await Promise.all(upTo(300).map((index) => journal.append(claim(journal), sampleRecord(5 + index))));
      expect(recordsOf(upTo(305)).size).toBe(305);
      expect(journal.counters()).toMatchObject({ recorded: 305, rejected: 0 });
      await journal.close();
    });
  }

  test("writes the records of one turn with one system call", async () => {
    let writes = 0;
    const journal = await open({
      write: (fd, bytes, offset, length, position) => {
        writes += 1;
        return writeSync(fd, bytes, offset, length, position);
      },
    });
    writes = 0;
    await Promise.all(upTo(100).map((index) => journal.append(claim(journal), sampleRecord(index))));
    expect(writes).toBe(1);
    expect(recordsOf(upTo(100)).size).toBe(100);
    await journal.close();
  });

  test("allocates a segment in full before the first claim", async () => {
    const journal = await open({ segmentBytes: 1 << 20 });
    const [file = ""] = readdirSync(directory);
    const { size, blocks } = statSync(join(directory, file));
    expect(size).toBe(1 << 20);
    expect(blocks * 512).toBeGreaterThanOrEqual(1 << 20);
    await journal.close();
  });

  test("rotates without losing a record and names segments by generation, worker and sequence", async () => {
    const journal = await open({ segmentBytes: 64 << 10, generation: 7, worker: 3 });
    for (const index of upTo(400)) await journal.append(claim(journal), sampleRecord(index));
    const found = findRecords(directory, { generation: 7, worker: 3 }, new Set(upTo(400).map(sampleId)));
    expect([...found.keys()].toSorted()).toEqual(upTo(400).map(sampleId));
    expect(readdirSync(directory)).toContain("g7-w3-1.records");
    expect(readdirSync(directory)).toContain("g7-w3-2.records");
    await journal.close();
    expect(readdirSync(directory).filter((file) => file.endsWith(".new"))).toEqual([]);
  });

  test("begins a new segment when the same worker starts again, and removes what was half prepared", async () => {
    const first = await open();
    await first.append(claim(first), sampleRecord(1));
    await first.close();
    await Bun.write(join(directory, "g1-w0-9.records.new"), "");
    await Bun.write(join(directory, "g1-w1-9.records.new"), "");
    const second = await open();
    await second.append(claim(second), sampleRecord(2));
    expect(recordsOf([1, 2]).size).toBe(2);
    expect(readdirSync(directory).toSorted()).toEqual(["g1-w0-1.records", "g1-w0-2.records", "g1-w1-9.records.new"]);
    await second.close();
  });

  test("takes every record that it gave a claim for, each as large as can be, and refuses claims beyond", async () => {
    // Nothing more can be prepared: the name of the next segment is taken.
    const segmentBytes = 100_000;
    const journal = await open({ segmentBytes });
    for (const sequence of upTo(20)) await Bun.write(join(directory, `g1-w0-${sequence + 2}.records.new/x`), "");
    const claims: Claim[] = [];
    for (let next = journal.claim(); next !== undefined && claims.length < 100; next = journal.claim())
      claims.push(next);
    expect(claims.length).toBe(Math.floor((segmentBytes - 32 - maxRecordFrameBytes) / maxRecordFrameBytes));
    expect(journal.healthy()).toBe(false);
    await Promise.all(claims.map((each, index) => journal.append(each, largestRecord(index))));
    expect(recordsOf(upTo(claims.length)).size).toBe(claims.length);
    await journal.close();
  });

  test("gives no spare claim once less than a quarter of a segment is left, and goes on with those of requests", async () => {
    const segmentBytes = 256 << 10;
    const journal = await open({ segmentBytes });
    for (const sequence of upTo(20)) await Bun.write(join(directory, `g1-w0-${sequence + 2}.records.new/x`), "");
    let [spare, others] = [0, 0];
    while (spare < 100 && journal.claimSpare() !== undefined) spare += 1;
    while (others < 100 && journal.claim() !== undefined) others += 1;
    expect(spare + others).toBe(Math.floor((segmentBytes - 32 - maxRecordFrameBytes) / maxRecordFrameBytes));
    expect(others).toBe(segmentBytes / 4 / maxRecordFrameBytes - 1);
    await journal.close();
  });

  test("gives room back when a claim is released", async () => {
    const journal = await open({ segmentBytes: 40_000 });
    for (let round = 0; round < 1000; round++) journal.release(claim(journal));
    expect(journal.healthy()).toBe(true);
    await journal.close();
  });

  test("cuts the strings of a record that is too long and keeps its charges", async () => {
    const journal = await open();
    const long = "ü\u0000𝄞".repeat(1000);
    const charges = upTo(64).map((slot) => ({ slot, tag: 1_000_000, period: 1_700_000, amount: 123_456_789_012 }));
    const attempt = { provider: "p", model: long, providerKey: "main", error: long, durationMs: 1 };
    const tags = Object.fromEntries(upTo(100).map((index) => [`${index}${long}`, long]));
    const record = sampleRecord(1, { charges, attempts: upTo(50).map(() => attempt), errorMessage: long, tags });
    await journal.append(claim(journal), record);
    const read = recordsOf([1]).get(sampleId(1));
    expect(read?.charges).toEqual(charges);
    expect(read?.errorMessage?.endsWith("…")).toBe(true);
    expect(read?.requestId).toBe(record.requestId);
    await journal.close();
  });

  test("rejects one record that cannot fit and no other", async () => {
    const journal = await open();
    const charges = upTo(500).map((slot) => ({ slot, tag: 1_000_000, period: 1_700_000, amount: 123_456_789_012 }));
    const bad = journal.append(claim(journal), sampleRecord(1, { charges }));
    const good = journal.append(claim(journal), sampleRecord(2));
    expect(bad).rejects.toThrow("500 charges do not fit");
    await good;
    expect([...recordsOf([1, 2]).keys()]).toEqual([sampleId(2)]);
    expect(journal.counters()).toMatchObject({ recorded: 1, rejected: 1 });
    await journal.close();
  });

  test("goes on in another segment when one cannot be written", async () => {
    let failures = 0;
    const journal = await open({
      segmentBytes: 64 << 10,
      write: (fd, bytes, offset, length, position) => {
        if (position > 40_000 && failures++ === 0) throw new Error("EIO: i/o error, write");
        // Half at a time: the rest has to be written too.
        return writeSync(fd, bytes, offset, Math.max(1, length >> 1), position);
      },
    });
    for (const index of upTo(200)) await journal.append(claim(journal), sampleRecord(index));
    expect(failures).toBeGreaterThan(0);
    expect(recordsOf(upTo(200)).size).toBe(200);
    expect(journal.healthy()).toBe(true);
    await journal.close();
  });

  test("rejects when no segment can be written, is unhealthy then, and recovers", async () => {
    let broken = false;
    const journal = await open({
      segmentBytes: 64 << 10,
      write: (fd, bytes, offset, length, position) => {
        if (broken) throw new Error("EIO: i/o error, write");
        return writeSync(fd, bytes, offset, length, position);
      },
    });
    broken = true;
    const refused = journal.append(claim(journal), sampleRecord(1));
    expect(refused).rejects.toThrow("Cannot write to the journal");
    await refused.catch(() => undefined);
    expect(journal.healthy()).toBe(false);
    broken = false;
    await recovered(journal);
    await journal.append(claim(journal), sampleRecord(2));
    expect([...recordsOf([1, 2]).keys()]).toEqual([sampleId(2)]);
    expect(journal.counters()).toMatchObject({ recorded: 1, rejected: 1 });
    await journal.close();
  });

  for (const durability of ["process", "disk"] as const) {
    test(`refuses claims while records cannot be written though segments can be made, durability ${durability}`, async () => {
      let broken = true;
      let tries = 0;
      const journal = await open({
        durability,
        segmentBytes: 64 << 10,
        write: (fd, bytes, offset, length, position) => {
          if (position > 0) tries += 1;
          if (position > 0 && broken) throw new Error("EIO: i/o error, write");
          return writeSync(fd, bytes, offset, length, position);
        },
      });
      await journal.append(claim(journal), sampleRecord(1)).catch(() => undefined);
      tries = 0;
      // A new segment is made in the background; only then is there something to try.
      await waitUntil("a first try", async () => {
        await time.advance(50);
        return tries > 0;
      });
      tries = 0;
      for (let second = 0; second < 10; second++) {
        await time.advance(1000);
        expect(journal.claim()).toBeUndefined();
        expect(journal.healthy()).toBe(false);
      }
      // Once a second in the end, a little more often at first.
      expect(tries).toBeWithin(9, 16);
      broken = false;
      await recovered(journal);
      await journal.append(claim(journal), sampleRecord(2));
      expect([...recordsOf([1, 2]).keys()]).toEqual([sampleId(2)]);
      await journal.close();
    });
  }

  test("writes what was appended when it is closed in the same turn, and nothing after", async () => {
    const journal = await open({ durability: "disk" });
    const claims = [claim(journal), claim(journal)] as const;
    const appended = journal.append(claims[0], sampleRecord(1));
    await journal.close();
    await appended;
    expect(recordsOf([1]).size).toBe(1);
    expect(journal.claim()).toBeUndefined();
    expect(journal.append(claims[1], sampleRecord(2))).rejects.toThrow("it is closed");
    expect(journal.healthy()).toBe(false);
  });

  test("drops and counts bodies when more wait than may, and cuts long ones", async () => {
    const journal = await open({ maxContentQueueBytes: 4096, maxBodyBytes: 1000 });
    for (const index of upTo(10)) journal.appendContent(sampleId(index), { request: Buffer.alloc(5000, "q") });
    await journal.close();
    expect(journal.counters()).toMatchObject({ contentsWritten: 3, contentsDropped: 7 });
    const file = readFileSync(join(directory, "g1-w0-1.content"), "latin1");
    expect(file.match(/q{500,}/g)?.map((body) => body.length)).toEqual([1000, 1000, 1000]);
  });

  test("begins another file of bodies after a minute, so that the one before can be deleted", async () => {
    const journal = await open();
    const contentFiles = () =>
      readdirSync(directory)
        .filter((file) => file.endsWith(".content"))
        .toSorted();
    const written = (count: number) => waitUntil("bodies", () => journal.counters().contentsWritten === count);
    journal.appendContent(sampleId(1), { request: Buffer.from("ask") });
    await written(1);
    await time.advance(59_000);
    journal.appendContent(sampleId(2), { request: Buffer.from("ask") });
    await written(2);
    expect(contentFiles()).toEqual(["g1-w0-1.content"]);
    await time.advance(2000);
    expect(contentFiles()).toEqual(["g1-w0-1.content", "g1-w0-2.content"]);
    await time.advance(600_000);
    journal.appendContent(sampleId(3), { request: Buffer.from("ask") });
    await written(3);
    expect(contentFiles()).toEqual(["g1-w0-1.content", "g1-w0-2.content"]);
    await time.advance(60_000);
    expect(contentFiles()).toEqual(["g1-w0-1.content", "g1-w0-2.content", "g1-w0-3.content"]);
    await journal.close();
  });
});

test("replaceDeleted() writes records of deleted files down again, and goes on in others of other names", async () => {
  const journal = await open({ segmentBytes: 1 << 20 });
  for (const index of upTo(5)) await journal.append(claim(journal), sampleRecord(index));
  const before = readdirSync(directory);
  rmSync(directory, { recursive: true });
  journal.replaceDeleted();
  await recovered(journal);
  await journal.append(claim(journal), sampleRecord(5));
  expect(recordsOf(upTo(6)).size).toBe(process.platform === "linux" ? 6 : 1);
  const after = readdirSync(directory).filter((name) => !before.includes(name));
  expect(after.length).toBeGreaterThan(0);
  journal.replaceDeleted();
  await journal.close();
});
