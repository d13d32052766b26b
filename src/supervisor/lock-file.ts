import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, tryParseJson } from "#lib/json";
import { boolean, integer, list, object, optional, readKnown, string } from "#lib/shape";

/** The form that this version writes. Raised when an earlier version could not act rightly on what it reads. */
export const lockFormat = 1;

/** What the lock file says: who owns the data directory and how to reach it. */
export type LockFile = Identity & {
  /** Left out by programs before version 0.1.0, which wrote form 1. */
  readonly format: number;
  readonly boot: string;
  /** Of the supervisor's program. */
  readonly version: string;
  readonly generation: number;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly since: string;
  readonly sockets: Sockets;
  readonly children: readonly ChildIdentity[];
};

export type ChildIdentity = Identity & {
  readonly generation: number;
  /** Absent for a control process. */
  readonly index?: number;
};

type Identity = { readonly pid: number; readonly startedAt: string };
type Sockets = { readonly control: string; readonly snapshot: string; readonly supervisor: string };

const identity = { pid: integer, startedAt: string };

const lockShape = object<LockFile>({
  ...identity,
  format: integer,
  boot: string,
  version: string,
  generation: integer,
  host: string,
  port: integer,
  tls: boolean,
  since: string,
  sockets: object<Sockets>({ control: string, snapshot: string, supervisor: string }),
  children: list(object<ChildIdentity>({ ...identity, generation: integer, index: optional(integer) })),
});

/** What was found at a path: nothing, text that ends in the middle (from before a power cut), or a lock file. */
export type FoundLock = "none" | "torn" | LockFile;

export function lockPath(dataDir: string): string {
  return join(dataDir, "headgate.lock");
}

/** Throws for a file that a later version wrote, or that is none of ours. */
export function findLock(path: string): FoundLock {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return "none";
  }
  const value = tryParseJson(text);
  if (!isObject(value)) return "torn";
  const { format = 1, version } = value;
  if (typeof format === "number" && format > lockFormat) {
    throw new Error(
      `Cannot read ${path}: Headgate ${version} wrote it in form ${format}, this version knows forms up to ${lockFormat}; use that version or a later one`,
    );
  }
  const read = readKnown(lockShape, { ...value, format });
  if ("value" in read) return read.value;
  throw new Error(`Cannot read ${path}: ${read.wrong}; remove it if no Headgate runs in this data directory`);
}

/** The lock file of a data directory, of a living owner or not; undefined where there is none that is whole. */
export function readLock(dataDir: string): LockFile | undefined {
  const found = findLock(lockPath(dataDir));
  return typeof found === "string" ? undefined : found;
}
