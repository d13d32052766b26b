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
  expect(await models()).toEqual([
    { id: "smart", targets: ["local/own"] },
    {
      id: "local/own",
      provider: "local",
      price: {
        input: "0.5",
        output: "1.5",
        per_request: "0.01",
        service_tiers: { batch: { input: "0.25" } },
        source: "config",
        version,
      },
      context: 9,
    },
    {
      id: "local/over-1",
      provider: "local",
      price: { input: "5", output: "6", context_tiers: [{ above: 10, input: "9" }], source: "config", version },
      other_prices: [{ from: "2027-01-01T00:00:00.000Z", input: "7", output: "8", source: "config", version }],
    },
    { id: "local/unpriced", provider: "local" },
  ]);
  bench.nowMs = Date.UTC(2027, 0, 1);
  expect((await models("?search=over"))[0]).toMatchObject({ price: { input: "7" }, other_prices: [{ input: "5" }] });
  expect(await models("?provider=openai")).toEqual([]);
  expect(await models("?capability=tools")).toEqual([]);
  expect((await bench.ask("GET", "/api/models?capability=flying")).status).toBe(400);
});
