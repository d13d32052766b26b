import { existsSync, renameSync } from "node:fs";

/**
 * Moves a database with what lies beside it to another name, which is returned. Its log goes first: one that was left would
 * be played into the database that is made in its place.
 */
export function setAside(file: string, nowMs: number): string {
  const aside = `${file}.damaged-${new Date(nowMs).toISOString().replace(/[-:.]/g, "")}`;
  for (const beside of ["-wal", "-shm", ""]) if (existsSync(file + beside)) renameSync(file + beside, aside + beside);
  return aside;
}
