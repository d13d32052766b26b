import { afterEach, beforeEach, expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

let bench: LimitBench;

beforeEach(async () => {
  bench = new LimitBench();
  await bench.start("virtual_keys: []");
});

afterEach(() => bench[Symbol.dispose]());

test("GET /api/stats/now sums up what runs, of all workers", async () => {
  const { status, body } = await bench.ask("GET", "/api/stats/now");
  expect(status).toBe(200);
  expect(body).toEqual({ running: 0, queued: 0, held_usd: 0, sheds: 0 });
});
