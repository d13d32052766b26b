import { expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

test("GET /api/dialects lets others go between the pairs that it finds out about", async () => {
  using bench = new LimitBench();
  await bench.start("virtual_keys: []");
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const { status, body } = await bench.ask("GET", "/api/dialects");
  isOver = true;
  expect(status).toBe(200);
  const pairs = new Set(
    body.capabilities.map(({ client, provider }: Record<string, string>) => `${client} ${provider}`),
  );
  expect(pairs.size).toBeGreaterThan(20);
  expect(turns).toBeGreaterThanOrEqual(pairs.size);
});
