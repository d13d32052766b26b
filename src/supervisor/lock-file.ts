import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { isObject, tryParseJson } from "#lib/json";

/** The form that this version writes. Raised when an earlier version could not act rightly on what it reads. */
export const lockFormat = 1;

const identitySchema = z.object({ pid: z.int(), startedAt: z.string() });

const childSchema = identitySchema.extend({
  generation: z.int(),
  /** Absent for a control process. */
  index: z.int().exactOptional(),
});

const lockSchema = identitySchema.extend({
  /** Left out by programs before version 0.1.0, which wrote form 1. */
  format: z.int().default(1),
  boot: z.string(),
  /** Of the supervisor's program. */
  version: z.string(),
  generation: z.int(),
  host: z.string(),
  port: z.int(),
  tls: z.boolean(),
  since: z.string(),
  sockets: z.object({ control: z.string(), snapshot: z.string(), supervisor: z.string() }),
  children: z.array(childSchema).readonly(),
});

/** What the lock file says: who owns the data directory and how to reach it. */
export type LockFile = Readonly<z.infer<typeof lockSchema>>;

export type ChildIdentity = Readonly<z.infer<typeof childSchema>>;

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
  const { success, data, error } = lockSchema.safeParse(value);
  const format = success ? data.format : value.format;
  if (typeof format === "number" && format > lockFormat) {
    throw new Error(
      `Cannot read ${path}: Headgate ${value.version} wrote it in form ${format}, this version knows forms up to ${lockFormat}; use that version or a later one`,
    );
  }
  if (success) return data;
  throw new Error(
    `Cannot read ${path}: ${z.prettifyError(error).replaceAll(/\s+/g, " ")}; remove it if no Headgate runs in this data directory`,
  );
}

/** The lock file of a data directory, of a living owner or not; undefined where there is none that is whole. */
export function readLock(dataDir: string): LockFile | undefined {
  const found = findLock(lockPath(dataDir));
  return typeof found === "string" ? undefined : found;
}
