import { expect, test } from "bun:test";
import { openMemoryConfigStore } from "#store/config/memory/memory-config-store";
import { batchOf } from "#store/log/fixtures/open-log";
import { createRecordSource } from "#store/log/fixtures/random-records";
import type { LogQuery } from "#store/log/log-store";
import { createMemoryLog } from "#store/log/memory/memory-log";
import { exportRoute } from "./log-export";

const count = 2500;

async function exported() {
  const { store, writer } = createMemoryLog();
  const range = { fromMs: 1_700_000_000_000, toMs: 1_700_000_900_000 };
  const source = createRecordSource({ seed: 1, keys: 9, models: 3, ...range, count });
  await writer.commit(batchOf(Array.from({ length: count }, (_, index) => source(index))));
  let pages = 0;
  const list = (query: LogQuery) => {
    pages += 1;
    return store.list(query);
  };
  const route = exportRoute({ logs: { list }, store: openMemoryConfigStore() });
  const open = async (query: { readonly [name: string]: string }) => {
    const origin = { actor: "admin_token", requestId: "r" } as const;
    const visit = { hostname: "localhost", port: "80", isSecure: false, origin: "http://localhost" };
    const { stream, ...rest } = await route.handle({ params: {}, query, body: undefined, origin, visit });
    if (stream === undefined) throw new Error("An export is a stream");
    return { ...rest, stream, text: () => new Response(stream).text() };
  };
  return { open, pages: () => pages, store };
}

test("GET /api/logs/export gives every record once, in order, as CSV and as JSON lines", async () => {
  const { open, store } = await exported();
  const all = (await store.list({ limit: 9999 })).data.map(({ id }) => id);
  const csv = await open({ format: "csv" });
  expect(csv).toMatchObject({ contentType: "text/csv; charset=utf-8", filename: "headgate-logs.csv" });
  const [head, ...lines] = (await csv.text()).trimEnd().split("\r\n");
  expect(head).toStartWith("id,request_id,started_at,duration_ms");
  expect(lines.map((line) => line.slice(0, 32))).toEqual(all);
  const some = await (await open({ format: "jsonl", model: "model-1", order: "oldest" })).text();
  const records = some
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(new Set(records.map(({ model }) => model))).toEqual(new Set(["model-1"]));
  expect(records.map(({ id }) => id)).toEqual(all.filter((id) => records.some((record) => record.id === id)).reverse());
});

test("GET /api/logs/export reads no further than its reader, and ends with it", async () => {
  const { open, pages } = await exported();
  const readers = [];
  for (let each = 0; each < 4; each++) readers.push((await open({ format: "jsonl" })).stream.getReader());
  await expect(open({ format: "jsonl" })).rejects.toThrow("4 exports are running already");
  await readers[0]?.read();
  expect(pages()).toBeLessThanOrEqual(4 + 4 + 1);
  for (const reader of readers) await reader.cancel();
  expect(await (await open({ format: "csv" })).text()).toContain("chat.completions");
});
