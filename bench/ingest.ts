import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { appendSamples, ingestAll, journalBytes, logFile } from "./scratch-journal.ts";

/** How many records a second does the journal take, and how many does ingestion move into SQLite? Prints one table. */

const count = 50_000;
const directory = mkdtempSync(join(tmpdir(), "headgate-bench-"));

try {
  for (const bodies of [false, true]) {
    const appended = await measured(() => appendSamples(directory, count, bodies));
    const bytes = journalBytes(directory);
    const ingested = await measured(() => ingestAll(directory));
    const store = openSqliteLogStore(logFile(directory));
    const listed = await measured(async () => {
      for (let round = 0; round < 100; round++) await store.list({ limit: 100 });
    });
    store.close();
    const kind = bodies ? "with bodies of 2 × 1 KB" : "records only";
    row(
      `append, ${kind}`,
      `${perSecond(appended)}`,
      `${cpu(appended)} CPU-µs each, ${Math.round(bytes / count)} bytes`,
    );
    row(
      `ingest, ${kind}`,
      `${perSecond(ingested)}`,
      `${cpu(ingested)} CPU-µs each, ${Math.round(statSync(logFile(directory)).size / count)} bytes`,
    );
    row("list 100 newest", `${(listed.ms / 100).toFixed(2)} ms`, "");
    for (const file of readdirSync(directory)) rmSync(join(directory, file), { recursive: true });
  }
} finally {
  rmSync(directory, { recursive: true });
}

type Measure = { readonly ms: number; readonly cpuUs: number };

async function measured(work: () => Promise<void>): Promise<Measure> {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  await work();
  const used = process.cpuUsage(startCpu);
  return { ms: performance.now() - startMs, cpuUs: used.user + used.system };
}

function perSecond({ ms }: Measure): string {
  return `${Math.round((count / ms) * 1000)}/s`;
}

function cpu({ cpuUs }: Measure): string {
  return (cpuUs / count).toFixed(1);
}

function row(name: string, value: string, detail: string): void {
  print(`${name.padEnd(36)}${value.padStart(12)}  ${detail}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
