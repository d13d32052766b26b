import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseSegmentName } from "#journal/segment-name";
import type { Log } from "#telemetry/log";

/**
 * Raises the data directory's generation by 1 and returns it. Call with the lock held. A file that is empty or torn (a
 * power cut) or gone is made up for by what bears generations in its name: no journal segment may get a name twice.
 */
export function nextGeneration(dataDir: string, log: Pick<Log, "warn">): number {
  const file = join(dataDir, "generation");
  const generation = (readGeneration(file) ?? restore(dataDir, file, log)) + 1;
  writeFileSync(`${file}.new`, `${generation}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return generation;
}

/** Undefined where there is none that can be read. */
function readGeneration(file: string): number | undefined {
  try {
    const text = readFileSync(file, "utf8").trim();
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function restore(dataDir: string, file: string, log: Pick<Log, "warn">): number {
  const segments = namesIn(join(dataDir, "journal")).map((name) =>
    parseSegmentName(name.replace(/\.(?:new|damaged)$/, "")),
  );
  const sockets = namesIn(join(dataDir, "run")).map((name) => Number(/-(\d+)\.sock$/.exec(name)?.[1] ?? 0));
  const generation = Math.max(0, ...segments.map((segment) => segment?.generation ?? 0), ...sockets);
  if (generation > 0) log.warn({ file, generation }, "The generation could not be read, going on from names of files");
  return generation;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
