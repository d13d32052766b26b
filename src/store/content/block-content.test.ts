import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredContent } from "#core/stored-content";
import { openLogDatabase } from "../log/sqlite/open-log-database";
import { createBlockContent } from "./block-content";
import { type ContentFiles, createContentFiles } from "./content-files";
import { createSqliteContent } from "./sqlite-content";

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 10, 28, 23, 59, 59);
let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "headgate-content-"));
  directory = join(root, "content");
});
afterEach(() => rmSync(root, { recursive: true }));

/** One a millisecond. */
function idAt(index: number): string {
  return (
    (startMs + index).toString(16).padStart(12, "0") +
    Bun.hash.wyhash(`${index}`).toString(16).padStart(16, "0").padEnd(20, "0")
  );
}

function contentAt(index: number, text = `body ${index} `.repeat(50)): StoredContent {
  const bytes = new TextEncoder().encode(text);
  return { id: idAt(index), request: { bytes, totalBytes: bytes.length }, response: { bytes, totalBytes: 70_000 } };
}

function many(from: number, count: number): readonly StoredContent[] {
  return Array.from({ length: count }, (_, index) => contentAt(from + index));
}

function open(files: ContentFiles = createContentFiles(directory)) {
  const { database } = openLogDatabase(join(root, "logs.sqlite"), { busyTimeoutMs: 100 });
  return { ...createBlockContent(database, files), database };
}

const noPositions = new Map();
const names = () => readdirSync(directory).toSorted();
const bytesOf = (name: string) => readFileSync(join(directory, name));
const only = () => join(directory, names()[0] ?? "");

describe("createBlockContent()", () => {
  test("keeps bodies in one file for each day, which nobody else may read", async () => {
    const content = open();
    await content.keep(many(0, 2000), noPositions);
    await content.keep(many(2000, 10), noPositions);
    expect(names().map((name) => name.replace(/-[0-9a-f]{8}-/, "-*-"))).toEqual([
      "2026-11-28-*-1.bodies",
      "2026-11-29-*-1.bodies",
    ]);
    for (const name of names()) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const index of [0, 1, 999, 1000, 1999, 2000, 2009]) {
      expect(await content.read(idAt(index))).toEqual(contentAt(index));
    }
    expect(await content.read(idAt(2010))).toBeUndefined();
    expect(await content.read("no id")).toBeUndefined();
  });

  test("keeps a body that is larger than a block, and none at all", async () => {
    const content = open();
    const large = contentAt(1, "x".repeat(1 << 20));
    await content.keep([contentAt(0), large, { id: idAt(2) }, contentAt(3)], noPositions);
    expect(await content.read(idAt(1))).toEqual(large);
    expect(await content.read(idAt(2))).toEqual({ id: idAt(2) });
    expect(await content.read(idAt(3))).toEqual(contentAt(3));
  });

  test("keeps nothing when the disk is full, and all of it afterwards", async () => {
    const files = createContentFiles(directory);
    let isFull = false;
    const append: ContentFiles["append"] = (file, length, bytes) => {
      if (!isFull) return files.append(file, length, bytes);
      files.append(file, length, bytes.subarray(0, bytes.length >> 1));
      throw new Error("ENOSPC: no space left on device");
    };
    const content = open({ ...files, append });
    await content.keep(many(0, 10), noPositions);
    isFull = true;
    expect(content.keep(many(10, 10), noPositions)).rejects.toThrow("ENOSPC");
    expect(await content.read(idAt(12))).toBeUndefined();
    isFull = false;
    await content.keep(many(20, 2), noPositions);
    await content.keep(many(10, 10), noPositions);
    for (const index of [0, 9, 10, 19, 20, 21]) expect(await content.read(idAt(index))).toEqual(contentAt(index));
  });

  test("begins another file when the one of the day was deleted or cut, and says what cannot be read", async () => {
    const content = open();
    await content.keep(many(0, 5), noPositions);
    rmSync(only());
    await content.keep(many(5, 5), noPositions);
    truncateSync(only(), 10);
    await content.keep(many(10, 5), noPositions);
    expect((await content.read(idAt(0)))?.unreadable).toContain("no such file");
    expect((await content.read(idAt(5)))?.unreadable).toContain("it ends after 10 bytes");
    expect(await content.read(idAt(10))).toEqual(contentAt(10));
  });

  test("says which block is damaged, whatever byte of it, and reads the others", async () => {
    const content = open();
    await content.keep(many(0, 3), noPositions);
    const blockBytes = statSync(only()).size;
    await content.keep(many(3, 3), noPositions);
    const whole = readFileSync(only());
    for (let at = 0; at < blockBytes; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(only(), bytes);
      expect(await content.read(idAt(1))).toEqual({
        id: idAt(1),
        unreadable: `content/${names()[0]}, ${blockBytes} bytes from 0: damaged`,
      });
      expect(await content.read(idAt(4))).toEqual(contentAt(4));
    }
    expect(content.remove(idAt(1))).rejects.toThrow("damaged");
  });

  test("removes bodies from the file, and leaves what else was in their block", async () => {
    const content = open();
    await content.keep(many(0, 40), noPositions);
    const marker = contentAt(7, "a phrase that stands nowhere else ");
    await content.keep([contentAt(40), { ...marker, id: idAt(41) }, contentAt(42)], noPositions);
    const before = bytesOf(names()[0] ?? "");
    const head = Buffer.from(idAt(41), "hex");
    expect(before.includes(head)).toBe(true);
    expect([await content.remove(idAt(41)), await content.remove(idAt(41))]).toEqual([true, false]);
    expect(await content.read(idAt(41))).toBeUndefined();
    const after = bytesOf(names()[0] ?? "");
    expect(after.includes(head)).toBe(false);
    const zeros = after.subarray(before.indexOf(head) - 48, before.length);
    expect(zeros.equals(Buffer.alloc(zeros.length))).toBe(true);
    for (const index of [0, 39, 40, 42]) expect(await content.read(idAt(index))).toEqual(contentAt(index));
    for (const index of [40, 42]) expect(await content.remove(idAt(index))).toBe(true);
    for (const index of [40, 42]) expect(await content.read(idAt(index))).toBeUndefined();
    expect(await content.read(idAt(39))).toEqual(contentAt(39));
  });

  for (const dying of ["append", "erase", "half of an erase"] as const) {
    test(`loses nothing else and finishes the removal when it dies in ${dying}`, async () => {
      const before = open();
      await before.keep(many(0, 20), noPositions);
      before.database.close();
      const files = createContentFiles(directory);
      const die = () => {
        throw new Error("died");
      };
      const append: ContentFiles["append"] = (...order) => {
        const appended = files.append(...order);
        return dying === "append" ? die() : appended;
      };
      const erase: ContentFiles["erase"] = (file, offset, length) => {
        if (dying === "half of an erase") files.erase(file, offset, length >> 1);
        die();
      };
      const dead = open({ ...files, append, erase });
      expect(dead.remove(idAt(7))).rejects.toThrow("died");
      dead.database.close();

      const content = open();
      expect(await content.read(idAt(7))).toEqual(dying === "append" ? contentAt(7) : undefined);
      const others = Array.from({ length: 20 }, (_, index) => index).filter((index) => index !== 7);
      for (const index of others) expect(await content.read(idAt(index))).toEqual(contentAt(index));
      expect(await content.remove(idAt(7))).toBe(dying === "append");
      for (const index of others) expect(await content.read(idAt(index))).toEqual(contentAt(index));
      expect(await content.read(idAt(7))).toBeUndefined();
      expect(bytesOf(names()[0] ?? "").includes(Buffer.from(idAt(7), "hex"))).toBe(false);
    });
  }

  test("expires exactly what started before, and deletes the files of days that are over", async () => {
    const content = open();
    await content.keep(many(0, 3000), noPositions);
    const expire = async (beforeMs: number) => {
      while ((await content.expire(beforeMs, 3)) > 0);
    };
    writeFileSync(join(directory, "2026-11-28-0a0b0c0d-1.bodies"), "of a database that was lost");
    writeFileSync(join(directory, "notes"), "of somebody else");
    await expire(startMs + 500);
    expect(await content.read(idAt(499))).toBeUndefined();
    expect(await content.remove(idAt(499))).toBe(false);
    expect(await content.read(idAt(500))).toEqual(contentAt(500));
    expect(names().length).toBe(4);
    await expire(startMs + 1000);
    expect(names().map((name) => name.slice(0, 10))).toEqual(["2026-11-29", "notes"]);
    expect(await content.read(idAt(1000))).toEqual(contentAt(1000));
    await expire(startMs + 3 * dayMs);
    expect(names()).toEqual(["notes"]);
    expect(await content.read(idAt(1000))).toBeUndefined();
    const left = content.database.query("SELECT count(*) AS rows FROM content_blocks").get();
    expect(left).toEqual({ rows: 0 });
  });

  test("does not touch the files of a database that was lost", async () => {
    const lost = open();
    await lost.keep(many(0, 5), noPositions);
    lost.database.close();
    const [name = ""] = names();
    const bytes = bytesOf(name);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(root, `logs.sqlite${suffix}`), { force: true });
    const content = open();
    await content.keep(many(5, 5), noPositions);
    expect(bytesOf(name)).toEqual(bytes);
    expect(await content.read(idAt(5))).toEqual(contentAt(5));
  });

  test("says so when its directory cannot be written, and goes on when it can", async () => {
    if (process.getuid?.() === 0) return;
    const content = open();
    chmodSync(root, 0o500);
    expect(content.keep(many(0, 5), noPositions)).rejects.toThrow("permission denied");
    chmodSync(root, 0o700);
    await content.keep(many(0, 5), noPositions);
    expect(await content.read(idAt(4))).toEqual(contentAt(4));
  });
});

describe("createSqliteContent()", () => {
  test("reads, removes and expires the bodies that an earlier version kept in its table", async () => {
    const { database } = open();
    const insert = database.prepare("INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?)");
    const body = { bytes: new Uint8Array(Buffer.from("of old")), totalBytes: 60 };
    const packed = Bun.zstdCompressSync(body.bytes, { level: 1 });
    const keyAt = (index: number) => (startMs + index - Date.UTC(2020, 0, 1)) * 4096 + 4095;
    for (const index of [0, 1, 2]) insert.run(keyAt(index), idAt(index), packed, body.totalBytes, null, null);
    const content = createSqliteContent(database);
    expect(await content.read(idAt(0))).toEqual({ id: idAt(0), request: body });
    expect([await content.remove(idAt(0)), await content.remove(idAt(0))]).toEqual([true, false]);
    expect(await content.expire(startMs + 2, 10)).toBe(1);
    expect(await content.read(idAt(1))).toBeUndefined();
    expect(await content.read(idAt(2))).toEqual({ id: idAt(2), request: body });
  });
});
