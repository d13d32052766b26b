import { Database } from "bun:sqlite";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { bootId } from "#supervisor/process-identity";
import type { Expected } from "./shown-state.ts";

export type Fixture = { readonly dataDir: string; readonly expected: Expected; readonly remove: () => void };

/** Unpacks a data directory of an earlier version, as if that version had run on this machine a moment ago. */
export function unpackFixture(name: string): Fixture {
  const scratch = mkdtempSync(join(tmpdir(), "headgate-upgrade-"));
  const archive = join(import.meta.dir, "fixtures", `${name}.tar.gz`);
  const { status, stderr } = spawnSync("tar", ["-xzf", archive, "-C", scratch]);
  if (status !== 0) throw new Error(`Cannot unpack ${archive}: ${stderr}`);
  const dataDir = join(scratch, "data");
  moveToThisBoot(dataDir);
  refreshKeptAnswers(join(dataDir, "config.sqlite"));
  return {
    dataDir,
    expected: JSON.parse(readFileSync(join(scratch, "expected.json"), "utf8")),
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** Byte places in the header of a ledger of layout 2. */
const ledgerHeader = { bootId: 16, checksum: 32, checked: 32, machineMs: 56 } as const;

/** Otherwise what was killed would be from before a power cut, and the ledger be made anew. */
function moveToThisBoot(dataDir: string): void {
  const lock = join(dataDir, "headgate.lock");
  if (!existsSync(lock)) return;
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(readFileSync(lock, "utf8")), boot: bootId() }));
  const file = join(dataDir, "ledger");
  const bytes = readFileSync(file);
  const digits = bootId().replaceAll("-", "");
  for (const part of [0, 1, 2, 3])
    bytes.writeInt32LE(Number.parseInt(digits.slice(part * 8, part * 8 + 8), 16) | 0, ledgerHeader.bootId + part * 4);
  bytes.writeInt32LE(crc32(bytes.subarray(0, ledgerHeader.checked)) | 0, ledgerHeader.checksum);
  bytes.writeDoubleLE(0, ledgerHeader.machineMs);
  writeFileSync(file, bytes);
}

/** Answers to an `Idempotency-Key` are kept for a day. */
function refreshKeptAnswers(file: string): void {
  const database = new Database(file);
  database.run("UPDATE kept_answers SET at_ms = ?", [Date.now()]);
  database.close();
}
