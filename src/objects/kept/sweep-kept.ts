import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { dayOf, keptDays } from "./kept-responses";

const dayMs = 86_400_000;

/** Deletes the kept responses of whole days that lie too far back: 30 days, or fewer where records are kept for less. */
export async function sweepKept(directory: string, nowMs: number, retentionDays: number): Promise<void> {
  const first = dayOf(nowMs - Math.min(keptDays, retentionDays) * dayMs);
  const days = await readdir(directory).catch(() => []);
  for (const day of days) {
    if (dayForm.test(day) && day < first) await rm(join(directory, day), { recursive: true, force: true });
  }
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/;
