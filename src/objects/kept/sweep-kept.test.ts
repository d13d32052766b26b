import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdSource } from "#core/ids";
import { createKeptResponses } from "./kept-responses";
import { sweepKept } from "./sweep-kept";

const directory = mkdtempSync(join(tmpdir(), "headgate-sweep-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const dayMs = 86_400_000;
const start = Date.parse("2026-03-01T12:00:00Z");
let nowMs = start;
const kept = createKeptResponses({ directory, secret: () => "ab".repeat(64), nowMs: () => nowMs });
const response = { input: "[]", response: "{}" };

describe("kept responses", () => {
  test("are read for 30 days, and deleted with their day", async () => {
    const id = createIdSource(() => nowMs)();
    await kept.save(id, "k", response);
    expect(await kept.read(id, "k")).toEqual(response);
    expect(await kept.read(id, "other")).toBeUndefined();
    nowMs = start + 30 * dayMs;
    await sweepKept(directory, nowMs, 365);
    expect(await kept.read(id, "k")).toEqual(response);
    nowMs = start + 31 * dayMs;
    expect(await kept.read(id, "k")).toBeUndefined();
    await sweepKept(directory, nowMs, 365);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("are kept for less where records are", async () => {
    await kept.save(createIdSource(() => nowMs)(), "k", response);
    await sweepKept(directory, nowMs + 2 * dayMs, 7);
    expect(readdirSync(directory)).toHaveLength(1);
    await sweepKept(directory, nowMs + 8 * dayMs, 7);
    expect(readdirSync(directory)).toEqual([]);
    await sweepKept(join(directory, "none"), nowMs, 7);
  });

  test("are not read from a file that was damaged or belongs to another id", async () => {
    const [id, other] = [createIdSource(() => nowMs)(), createIdSource(() => nowMs)()];
    await kept.save(id, "k", response);
    await kept.save(other, "k", response);
    const [day = ""] = readdirSync(directory);
    const file = Bun.file(join(directory, day, id));
    const bytes = Buffer.from(await file.arrayBuffer());
    for (const at of [0, 5, 20, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      await Bun.write(join(directory, day, id), damaged);
      expect(await kept.read(id, "k")).toBeUndefined();
    }
    await Bun.write(join(directory, day, id), await Bun.file(join(directory, day, other)).arrayBuffer());
    expect(await kept.read(id, "k")).toBeUndefined();
    for (const odd of ["../config.sqlite", "", "x"]) expect(await kept.read(odd, "k")).toBeUndefined();
  });
});
