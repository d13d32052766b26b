import { expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

const file = `
prices:
  - { provider: local, model: "over*", from: 2027-01-01, price: { input: 7, output: 8 } }
  - { model: "over*", price: { input: 5, output: 6, context_tiers: [{ above: 10, input: 9 }] } }
providers:
  local:
    dialect: openai-chat
    base_url: http://127.0.0.1:1/v1
    keys: [{ name: k, value: "0123456789" }]
    models:
      - { id: own, price: { input: 0.5, output: 1.5, per_request: 0.01, service_tiers: { batch: { input: 0.25 } } }, context: 9 }
      - { id: over-1 }
      - { id: unpriced }
routes: [{ alias: smart, targets: [{ model: local/own }] }]`;

test("GET /api/models shows every price, where it comes from, and filters", async () => {
  using bench = new LimitBench();
  await bench.start(file);
  const models = async (query = "") => (await bench.ask("GET", `/api/models${query}`)).body.data;
  const version = expect.stringMatching(/^config:[0-9a-f]{8}$/);
  const ofFile = {
    provider: "local",
    in_catalog: false,
    configured: true,
    source: "file",
    read_only: true,
    declared_at: { file: expect.stringMatching(/yaml$/), line: expect.any(Number) },
    version: expect.any(String),
  };
  const price = { input: "0.5", output: "1.5", per_request: "0.01", service_tiers: { batch: { input: "0.25" } } };
  expect(await models()).toEqual([
    { id: "smart", targets: ["local/own"] },
    {
      id: "local/own",
      ...ofFile,
      price: { ...price, source: "config", version },
      context: 9,
      own: { price, context: 9 },
    },
    {
      id: "local/over-1",
      ...ofFile,
      own: {},
      price: { input: "5", output: "6", context_tiers: [{ above: 10, input: "9" }], source: "config", version },
      other_prices: [{ from: "2027-01-01T00:00:00.000Z", input: "7", output: "8", source: "config", version }],
    },
    { id: "local/unpriced", ...ofFile, own: {} },
  ]);
  bench.nowMs = Date.UTC(2027, 0, 1);
  expect((await models("?search=over"))[0]).toMatchObject({ price: { input: "7" }, other_prices: [{ input: "5" }] });
  expect(await models("?provider=openai")).toEqual([]);
  expect(await models("?capability=tools")).toEqual([]);
  expect((await bench.ask("GET", "/api/models?capability=flying")).status).toBe(400);
});

const lines = [
  'openai\tbig\t{"mode":"chat","releasedOn":"2026-01-01","contextTokens":100,"capabilities":["tools","image-input"],"prices":[{"fromMs":0,"price":{"version":"catalog:1","input":2000000,"output":2}}]}',
  'openai\tSmall\t{"mode":"chat","releasedOn":"2026-02-01","contextTokens":50,"capabilities":["tools"],"prices":[{"fromMs":0,"price":{"version":"catalog:2","input":1000000,"output":2}}]}',
  'openai\tvectors\t{"mode":"embedding"}',
  'groq\tfast\t{"mode":"chat","contextTokens":70}',
].join("\n");

async function catalogBench() {
  const bench = new LimitBench("memory", lines);
  await bench.start();
  await bench.ask("POST", "/api/providers", { id: "openai" });
  const ids = async (query: string) => {
    const { body } = await bench.ask("GET", `/api/models?${query}`);
    return body.data.map(({ id }: { id: string }) => id);
  };
  return { bench, ids };
}

test("GET /api/models searches the catalog by words, abilities, context, price and what it is for, in an order", async () => {
  const { bench, ids } = await catalogBench();
  using _ = bench;
  expect(await ids("")).toEqual(["openai/big", "openai/Small", "openai/vectors"]);
  expect(await ids("q=SMALL%20open")).toEqual(["openai/Small"]);
  expect(await ids("capability=tools,image-input")).toEqual(["openai/big"]);
  expect(await ids("mode=embedding")).toEqual(["openai/vectors"]);
  expect(await ids("min_context=60")).toEqual(["openai/big"]);
  expect(await ids("max_input_price=1")).toEqual(["openai/Small"]);
  expect(await ids("order=price")).toEqual(["openai/Small", "openai/big", "openai/vectors"]);
  expect(await ids("order=released&limit=1")).toEqual(["openai/Small"]);
  expect(await ids("order=context&catalog=all&mode=chat")).toEqual([
    "demo/echo",
    "openai/big",
    "groq/fast",
    "openai/Small",
  ]);
  const all = await bench.ask("GET", "/api/models?catalog=all&q=fast");
  expect(all.body.data).toMatchObject([{ id: "groq/fast", configured: false, in_catalog: true }]);
  const first = await bench.ask("GET", "/api/models?order=price&limit=2");
  expect(await ids(`order=price&after=${encodeURIComponent(first.body.next)}`)).toEqual(["openai/vectors"]);
});

test("models are overridden, taken back, added by hand and forgotten, each audited and on the data path", async () => {
  const { bench, ids } = await catalogBench();
  using _ = bench;
  const path = `/api/models/${encodeURIComponent("openai/big")}`;
  const changed = await bench.ask("PATCH", path, { context: 7, price: { input: 3, output: 4 } });
  expect(changed).toMatchObject({
    status: 200,
    body: {
      context: 7,
      price: { input: "3", source: "config" },
      capabilities: ["tools", "image-input"],
      in_catalog: true,
    },
  });
  const served = () => bench.running.configuration.content().providers.get("openai")?.models.get("big");
  expect(served()).toMatchObject({ contextTokens: 7 });
  expect(await ids("own=true")).toEqual(["openai/big"]);
  const back = await bench.ask("PATCH", path, { price: null });
  expect(back.body).toMatchObject({ own: { context: 7 }, price: { input: "2" } });
  expect((await bench.ask("DELETE", path)).status).toBe(204);
  expect(served()).toBeUndefined();
  expect((await bench.ask("GET", path)).body).not.toHaveProperty("own");

  const added = { provider: "openai", id: "mine", context: 5, max_output: 6 };
  expect(await bench.ask("POST", "/api/models", added)).toMatchObject({
    status: 201,
    body: { id: "openai/mine", context: 5, max_output: 6, in_catalog: false, read_only: false },
  });
  expect((await bench.ask("POST", "/api/models", added)).status).toBe(409);
  const { body: audit } = await bench.ask("GET", "/api/audit?resource=model");
  expect(audit.data.map(({ action }: { action: string }) => action)).toEqual([
    "model.create",
    "model.delete",
    "model.update",
    "model.update",
  ]);
});

test("a model that is not there, or whose provider the file declares or nobody, cannot be changed", async () => {
  using bench = new LimitBench();
  await bench.start(file);
  const patch = async (id: string) =>
    (await bench.ask("PATCH", `/api/models/${encodeURIComponent(id)}`, { context: 1 })).status;
  expect(await patch("local/own")).toBe(409);
  expect(await patch("local/none")).toBe(404);
  expect(await patch("smart")).toBe(404);
  expect((await bench.ask("POST", "/api/models", { provider: "groq", id: "m" })).status).toBe(404);
  expect((await bench.ask("DELETE", "/api/models/local%2Fnone")).status).toBe(409);
});
