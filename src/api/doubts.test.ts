import { expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

test("answers to changes tell what is allowed but probably not meant, and to those alone", async () => {
  using bench = new LimitBench();
  await bench.start();
  const own = { id: "own", dialect: "openai-chat", base_url: "http://127.0.0.1:9/v1/chat/completions" };
  const added = await bench.ask("POST", "/api/providers", own);
  const told = ["base_url ends in /chat/completions, which is added to it: write http://127.0.0.1:9/v1"];
  expect([added.status, added.body.warnings]).toEqual([201, told]);
  expect((await bench.ask("GET", "/api/providers/own")).body.warnings).toBeUndefined();
  const url = (base_url: string) => bench.ask("PATCH", "/api/providers/own", { base_url });
  expect((await url("http://127.0.0.1:9/v1/messages")).body.warnings).toHaveLength(1);
  expect((await url("http://127.0.0.1:9/v1")).body.warnings).toBeUndefined();

  const route = { alias: "smart", targets: [{ model: "own/m" }], fallbacks: ["smart", "opnai/gpt-4o"] };
  expect((await bench.ask("POST", "/api/routes", route)).body.warnings).toEqual([
    'fallbacks[0]: "smart" is this route itself, and routes lead to models alone: name one, provider/model',
    'fallbacks[1]: no provider of the gateway serves "opnai/gpt-4o"',
    'targets[0].model: "own/m" has no price, so hard dollar budgets never let it be asked',
  ]);
  const priced = { models: [{ id: "m", price: { input: "1", output: "1" } }] };
  expect((await bench.ask("PATCH", "/api/providers/own", priced)).status).toBe(200);
  const mended = await bench.ask("PATCH", "/api/routes/smart", { fallbacks: [] });
  expect([mended.status, mended.body.warnings]).toEqual([200, undefined]);

  const key = await bench.ask("POST", "/api/virtual-keys", { name: "ci", models: ["smrat", "own/*"] });
  expect(key.body.warnings).toEqual(['models[0]: "smrat" matches no alias and no model of a provider here']);
  const changed = await bench.ask("PATCH", "/api/virtual-keys/ci", { models: ["smart"], blocked: ["m"] });
  expect(changed.body.warnings).toEqual(['blocked[0]: "m" matches no target here, provider/model']);
});

test("a team, a customer or a limit is made with what is doubtful of its limits, and so is a key", async () => {
  using bench = new LimitBench();
  await bench.start();
  const budgets = [
    { limit_usd: 1, period: "1m" },
    { limit_usd: 0, period: "1d", model: "gpt-4o" },
  ];
  const told = [
    "budgets[0].period: period 1m means a minute; a month is 1mo",
    "budgets[1]: a limit of 0 admits nothing",
    'budgets[1].model: "gpt-4o" matches no target: write provider/gpt-4o or */gpt-4o',
  ];
  for (const [path, body] of [
    ["/api/teams", { name: "t", budgets }],
    ["/api/customers", { name: "c", budgets }],
    ["/api/limits", { name: "l", budgets }],
    ["/api/virtual-keys", { name: "k", budgets }],
  ] as const) {
    const { body: made, status } = await bench.ask("POST", path, body);
    expect([path, status, made.warnings]).toEqual([path, 201, told]);
  }
  const mended = await bench.ask("PATCH", "/api/teams/t", { budgets: [{ limit_usd: 1, period: "1mo" }] });
  expect([mended.status, mended.body.warnings]).toEqual([200, undefined]);
  await bench.ask("POST", "/api/providers", { id: "own", dialect: "openai-chat", base_url: "http://127.0.0.1:9/v1" });
  const rate_limits = [{ requests: 1, per: "1m", provider: "nobody" }];
  const patched = await bench.ask("PATCH", "/api/limits/l", { budgets: [], rate_limits });
  expect(patched.body.warnings).toContain('rate_limits[0].provider: "nobody" matches no provider here');
});
