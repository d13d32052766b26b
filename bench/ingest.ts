import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { openJournal } from "#journal/append";
import { createIngester } from "#journal/ingester";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";

/** How many records a second does the journal take, and how many does ingestion move into SQLite? Prints one table. */

const count = 50_000;
const turn = 16;
const log = { info: () => undefined, warn: print, error: print };
const directory = mkdtempSync(join(tmpdir(), "headgate-bench-"));
const databaseFile = join(directory, "log.sqlite");

try {
  for (const bodies of [false, true]) {
    const appended = await measured(() => append(bodies));
    const bytes = sizeOf(".records") + sizeOf(".content");
    const ingested = await measured(ingest);
    const store = openSqliteLogStore(databaseFile);
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
      `${cpu(ingested)} CPU-µs each, ${Math.round(sizeOf(".sqlite") / count)} bytes`,
    );
    row("list 100 newest", `${(listed.ms / 100).toFixed(2)} ms`, "");
    for (const file of readdirSync(directory)) rmSync(join(directory, file), { recursive: true });
  }
} finally {
  rmSync(directory, { recursive: true });
}

async function append(bodies: boolean): Promise<void> {
  const journal = await openJournal({
    directory,
    generation: 1,
    worker: 0,
    durability: "process",
    log,
    maxContentQueueBytes: 1 << 30,
  });
  const body = Buffer.from(
    JSON.stringify({ messages: Array.from({ length: 8 }, (_, i) => `message ${i} `.repeat(10)) }),
  );
  for (let next = 0; next < count; next += turn) {
    const written = Array.from({ length: turn }, (_, step) => {
      const claim = journal.claim();
      const record = sample(next + step);
      if (bodies) journal.appendContent(record.id, { request: body, response: body });
      return claim === undefined ? Promise.reject(new Error("The journal is full")) : journal.append(claim, record);
    });
    await Promise.all(written);
  }
  await journal.close();
}

async function ingest(): Promise<void> {
  const ingester = createIngester({
    directory,
    openStore: async () => openSqliteLogWriter(databaseFile),
    isWriterAlive: async () => false,
    onBatch: () => undefined,
    log,
  });
  while (sizeOf(".records") + sizeOf(".content") > 0) await ingester.pass();
  ingester.close();
}

function sample(index: number): RequestRecord {
  const startedAtMs = 1_700_000_000_000 + Math.floor(index / 10);
  const id = startedAtMs.toString(16).padStart(12, "0") + Bun.hash.wyhash(`${index}`).toString(16).padStart(20, "0");
  return {
    id,
    requestId: id,
    startedAtMs,
    durationMs: 812.4,
    firstTokenMs: 210.2,
    upstreamMs: 800.1,
    worker: 0,
    dialect: "openai-chat",
    endpoint: "chat.completions",
    keyId: "key_01",
    keyName: "ci",
    team: "search",
    tags: { use_case: "tests" },
    askedModel: "smart",
    provider: "openai",
    model: "gpt-4o",
    attempts: [{ provider: "openai", model: "gpt-4o", providerKey: "main", status: 200, durationMs: 800.1 }],
    stream: true,
    status: 200,
    outcome: "ok",
    finishReason: "stop",
    usage: {
      input: 120,
      cacheRead: 0,
      cacheWrite: 0,
      cacheWrite1h: 0,
      inputAudio: 0,
      inputImage: 0,
      output: 60,
      reasoning: 0,
      outputAudio: 0,
      outputImage: 0,
      searches: 0,
      estimated: false,
    },
    cost: 900_000,
    charges: [
      { slot: 1, tag: 1, period: 0, amount: 1 },
      { slot: 2, tag: 1, period: 19_000, amount: 900_000 },
    ],
    userAgent: "OpenAI/Python 2.1.0",
    requestBytes: 1024,
    responseBytes: 2048,
  };
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

function sizeOf(suffix: string): number {
  const files = readdirSync(directory).filter((file) => file.endsWith(suffix));
  return files.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
}

function row(name: string, value: string, detail: string): void {
  print(`${name.padEnd(36)}${value.padStart(12)}  ${detail}`);
}

function print(...parts: readonly unknown[]): void {
  process.stdout.write(`${parts.map(String).join(" ")}\n`);
}
