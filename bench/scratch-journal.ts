import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { openJournal } from "#journal/append";
import { createIngester } from "#journal/ingester";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";

const turn = 16;
const log = { info: () => undefined, warn: fail, error: fail };

/** Journals so many records as a worker would, a few a turn, with two bodies of 1 KB each where wanted. */
export async function appendSamples(directory: string, count: number, bodies: boolean): Promise<void> {
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
      return claim === undefined ? fail("the journal is full") : journal.append(claim, record);
    });
    await Promise.all(written);
  }
  await journal.close();
}

/** Moves all of it into a log database beside it. */
export async function ingestAll(directory: string): Promise<void> {
  const ingester = createIngester({
    directory,
    openStore: async () => openSqliteLogWriter(logFile(directory)),
    isWriterAlive: async () => false,
    onBatch: () => undefined,
    log,
  });
  while (journalBytes(directory) > 0) await ingester.pass();
  ingester.close();
}

export function logFile(directory: string): string {
  return join(directory, "log.sqlite");
}

export function journalBytes(directory: string): number {
  const files = readdirSync(directory).filter((file) => /\.(records|content)$/.test(file));
  return files.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
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

function fail(...why: readonly unknown[]): never {
  throw new Error(`Cannot bench: ${why.map(String).join(" ")}`);
}
