import { afterEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { shippedCatalog } from "#catalog/shipped-catalog";
import { LimitBench } from "#limits/fixtures/limit-bench";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const price = (input: number) =>
  `{"prices":[{"fromMs":0,"price":{"version":"v${input}","input":${input},"output":2}}],"mode":"chat"}`;
const withModel = (input: number) => `${shippedCatalog}openai\tgpt-of-tomorrow\t${price(input)}\n`;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const gzip = (text: string) => gzipSync(text).toString("base64");
const yaml = 'providers: { openai: { keys: [{ name: main, value: "0123456789" }] } }\n';

async function started(stored: "memory" | "file" = "memory") {
  const bench = new LimitBench(stored, shippedCatalog);
  await bench.start(yaml);
  const priceOf = async (model: string) =>
    (await bench.ask("GET", `/api/models?q=${model}`)).body.data.find(
      ({ id }: { id: string }) => id === `openai/${model}`,
    )?.price?.input;
  return { bench, priceOf };
}

test("POST /api/catalog says what would change, then applies it to the models and the workers", async () => {
  const { bench, priceOf } = await started();
  using _ = bench;
  const text = withModel(3_000_000);
  const dry = await bench.ask("POST", "/api/catalog", { gzip: gzip(text), dry_run: true });
  expect(dry.body).toMatchObject({ applied: false, counts: { added: 1, removed: 0, changed: 0 } });
  expect(dry.body.added).toEqual(["openai/gpt-of-tomorrow"]);
  expect(await priceOf("gpt-of-tomorrow")).toBeUndefined();
  expect((await bench.ask("GET", "/api/catalog")).body).toMatchObject({
    source: "shipped",
    version: sha256(shippedCatalog),
  });

  const published = bench.published.length;
  const applied = await bench.ask("POST", "/api/catalog", { gzip: gzip(text), name: "next.txt" });
  expect(applied.body).toMatchObject({ applied: true, version: sha256(text) });
  expect(bench.published.length).toBeGreaterThan(published);
  expect(bench.running.configuration.content().settings.catalogVersion).toBe(sha256(text));
  expect(await priceOf("gpt-of-tomorrow")).toBe("3");
  expect((await bench.ask("GET", "/api/catalog")).body).toMatchObject({ source: "file", name: "next.txt" });
  const [event] = (await bench.ask("GET", "/api/audit?limit=1")).body.data;
  expect(event).toMatchObject({ action: "catalog.update" });

  expect((await bench.ask("DELETE", "/api/catalog")).status).toBe(204);
  expect(await priceOf("gpt-of-tomorrow")).toBeUndefined();
  expect(bench.running.configuration.content().settings.catalogVersion).toBeUndefined();
});

test("POST /api/catalog refuses a torn or hostile file in words, and loses nothing", async () => {
  const { bench, priceOf } = await started();
  using _ = bench;
  await bench.ask("POST", "/api/catalog", { gzip: gzip(withModel(3_000_000)) });
  const bomb = gzip("x".repeat(40 * 1024 * 1024));
  for (const body of [
    { text: withModel(1).slice(0, 5000) },
    { text: `openai\tgpt-5\t${price(-5)}\n` },
    { gzip: "AAAA" },
    { gzip: bomb },
    { text: "a", gzip: "b" },
    {},
  ]) {
    const { status, body: answer } = await bench.ask("POST", "/api/catalog", body);
    expect([status, typeof answer.detail]).toEqual([400, "string"]);
  }
  expect(await priceOf("gpt-of-tomorrow")).toBe("3");
});

test("what was applied holds after a restart, and the shipped one where its file is torn", async () => {
  const { bench, priceOf } = await started("file");
  using _ = bench;
  await bench.ask("POST", "/api/catalog", { gzip: gzip(withModel(3_000_000)) });
  await bench.ask("POST", "/api/catalog", { gzip: gzip(withModel(4_000_000)) });
  await bench.start(yaml);
  expect(await priceOf("gpt-of-tomorrow")).toBe("4");
  const folder = join(bench.directory, "catalog");
  const [file = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  writeFileSync(join(folder, file), "torn");
  await bench.start(yaml);
  expect(await priceOf("gpt-of-tomorrow")).toBeUndefined();
  expect((await bench.ask("GET", "/api/catalog")).body).toMatchObject({
    source: "shipped",
    error: expect.stringContaining("is torn"),
  });
  expect((await bench.ask("GET", "/readyz")).body.warnings).toHaveLength(1);
});

test("settings.catalog is fetched when its time has come; a fetch that fails keeps what holds and says so", async () => {
  const { bench, priceOf } = await started();
  using _ = bench;
  let served = withModel(3_000_000);
  let asked = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      asked++;
      return new Response(served);
    },
  });
  cleanups.push(() => void server.stop(true));
  const url = `http://127.0.0.1:${server.port}/catalog.txt`;
  const set = (catalog: object) => bench.ask("PATCH", "/api/settings", { catalog });
  const { catalogKeeper } = bench.running;
  expect((await set({ url })).status).toBe(400);
  expect((await set({ url: "http://prices.example/c.txt", sha256: sha256(served) })).status).toBe(400);
  expect((await bench.ask("POST", "/api/catalog/fetch")).status).toBe(409);

  expect((await set({ url, sha256: sha256(served), every: "1h" })).status).toBe(200);
  await catalogKeeper.fetchDue();
  expect(await priceOf("gpt-of-tomorrow")).toBe("3");
  await catalogKeeper.fetchDue();
  expect(asked).toBe(1);

  served = withModel(1);
  bench.nowMs += 3_600_001;
  await catalogKeeper.fetchDue();
  expect(asked).toBe(2);
  expect(await priceOf("gpt-of-tomorrow")).toBe("3");
  const status = (await bench.ask("GET", "/api/catalog")).body;
  expect(status.error).toContain("another SHA-256");
  expect(status.fetched).toMatchObject({ url, every_ms: 3_600_000 });
  expect((await bench.ask("GET", "/readyz")).body).toMatchObject({ ready: true, warnings: [status.error] });
  const [event] = (await bench.ask("GET", "/api/audit?limit=1")).body.data;
  expect(event).toMatchObject({ action: "catalog.fetch_failed" });

  // Sooner than after an hour.
  served = withModel(3_000_000);
  bench.nowMs += 600_001;
  await catalogKeeper.fetchDue();
  expect((await bench.ask("GET", "/api/catalog")).body.error).toBeUndefined();
});
