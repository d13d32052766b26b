import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal } from "./append";
import { sampleId, sampleRecord, silentLog } from "./fixtures/sample-record";
import { findRecords } from "./interrupted";
import type { Claim } from "./journal";
import { writeZeros } from "./preallocate";

/** A file system of its own that can be filled; needs root on Linux. */
const directory = mkdtempSync(join(tmpdir(), "headgate-full-"));
const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory], {
  stderr: "ignore",
}).success;
// biome-ignore lint/suspicious/noConsole: a skipped proof has to be seen.
if (!mounted) console.warn("SKIPPED: the full-disk tests of the journal need the right to mount a tmpfs");

beforeAll(() => expect(statfsSync(directory).bsize).toBeGreaterThan(0));
afterAll(() => {
  if (mounted) Bun.spawnSync(["umount", directory]);
  rmSync(directory, { recursive: true });
});

function fillDisk(): void {
  for (let size = 1 << 20, file = 0; size >= 1; file++) {
    try {
      writeFileSync(join(directory, `filler-${file}-${size}`), Buffer.alloc(size, 1));
    } catch {
      size >>= 1;
    }
  }
}

describe.skipIf(!mounted)("openJournal() on a disk that fills up", () => {
  test("writes every claimed record, refuses new claims, drops bodies, and recovers when there is room again", async () => {
    const told: { readonly err?: unknown }[] = [];
    const tell = (fields: object) => void told.push(fields);
    const journal = await openJournal({
      directory: join(directory, "journal"),
      generation: 1,
      worker: 0,
      durability: "disk",
      segmentBytes: 1 << 20,
      log: { ...silentLog, warn: tell, error: tell },
    });
    const claims: Claim[] = [];
    for (let index = 0; index < 60; index++) claims.push(journal.claim() ?? { bytes: 0 });
    fillDisk();
    expect(() => writeFileSync(join(directory, "more"), "x".repeat(5000))).toThrow("ENOSPC");
    const large = "x".repeat(20_000);
    const appended = claims.map((claim, index) =>
      journal.append(claim, sampleRecord(index, { errorMessage: large, userAgent: large })),
    );
    for (let index = 0; index < 60; index++) journal.appendContent(sampleId(index), { request: Buffer.alloc(500) });
    await Promise.all(appended);
    const ids = new Set(claims.map((_, index) => sampleId(index)));
    expect(findRecords(join(directory, "journal"), { generation: 1, worker: 0 }, ids).size).toBe(60);

    let more = 0;
    for (; journal.claim() !== undefined && more < 1000; ) more += 1;
    expect(more).toBeLessThan(1000);
    expect(journal.healthy()).toBe(false);
    for (const file of new Bun.Glob("filler-*").scanSync(directory)) rmSync(join(directory, file));
    while (!journal.healthy()) {
      journal.claim();
      await Bun.sleep(5);
    }
    await journal.close();
    expect(journal.counters()).toEqual({ recorded: 60, rejected: 0, contentsWritten: 0, contentsDropped: 60 });
    // What an Error says is written of a field of this name alone.
    expect(told.map(({ err }) => err instanceof Error && err.message)).toEqual(
      told.map(() => expect.stringMatching(/no space left|free on disk, needed/)),
    );
    expect(told.length).toBeGreaterThan(1);
  });

  test.skipIf(process.platform !== "linux")(
    "writes records of deleted files down again once there is room",
    async () => {
      const own = join(directory, "deleted");
      const options = { directory: own, generation: 1, worker: 0, segmentBytes: 1 << 20, log: silentLog } as const;
      const journal = await openJournal({ ...options, durability: "process" });
      const ids = new Set<string>();
      for (let index = 0; index < 60; index++) {
        const claim = journal.claim();
        if (claim === undefined) break;
        await journal.append(claim, sampleRecord(index));
        ids.add(sampleId(index));
      }
      rmSync(own, { recursive: true });
      fillDisk();
      journal.replaceDeleted();
      journal.replaceDeleted();
      const found = () => findRecords(own, { generation: 1, worker: 0 }, ids).size;
      expect(found()).toBe(0);
      for (const file of new Bun.Glob("filler-*").scanSync(directory)) rmSync(join(directory, file));
      journal.replaceDeleted();
      expect(found()).toBe(60);
      while (!journal.healthy()) {
        journal.claim();
        await Bun.sleep(5);
      }
      await journal.close();
      expect(found()).toBe(60);
    },
  );

  test("writeZeros() fails on a full disk instead of leaving a hole", async () => {
    const { openSync, closeSync } = await import("node:fs");
    const fd = openSync(join(directory, "zeros"), "w");
    expect(writeZeros(fd, 8 << 20)).rejects.toThrow("ENOSPC");
    await writeZeros(fd, 8 << 20).catch(() => undefined);
    closeSync(fd);
  });
});
