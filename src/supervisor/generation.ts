import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Raises the data directory's generation by 1 and returns it. Call with the lock held. */
export function nextGeneration(dataDir: string): number {
  const file = join(dataDir, "generation");
  const generation = readGeneration(file) + 1;
  writeFileSync(`${file}.new`, `${generation}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return generation;
}

function readGeneration(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
  if (!/^\d{1,10}$/.test(text))
    throw new Error(`Cannot read ${file}: it must hold one number, found "${text.slice(0, 40)}"`);
  return Number(text);
}
