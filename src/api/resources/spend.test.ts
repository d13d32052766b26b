import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bytesOfRecord } from "#core/fixtures/bytes-of-record";
import type { RequestRecord } from "#core/record";
import { noUsage } from "#core/usage";
import { LimitBench } from "#limits/fixtures/limit-bench";

const dollar = 1_000_000_000;
const hour = 3_600_000;
const file = `
teams: [{ name: search, budgets: [{ limit_usd: 10, period: 1d }] }]
limits:
  - { name: research, tags: { use: research }, provider: openai, budgets: [{ limit_usd: 10, period: 1d }] }
  - { name: pattern, model: "openai/*", budgets: [{ limit_usd: 10, period: 1d }] }`;

const bench = new LimitBench();

const usual = {
  keyId: "1",
  keyName: "ci",
  team: "search",
  customer: "acme",
  provider: "openai",
  model: "gpt",
} as const;

function record(index: number, startedAtMs: number, more: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: startedAtMs.toString(16).padStart(12, "0") + index.toString(16).padStart(20, "0"),
    requestId: "label",
    startedAtMs,
    durationMs: 10,
    upstreamMs: 9,
    worker: 0,
    endpoint: "chat.completions",
    ...usual,
    attempts: [],
    stream: true,
    status: 200,
    outcome: "ok",
    usage: { ...noUsage, input: 3, cacheRead: 4, output: 5, reasoning: 6 },
    cost: 1_000_000_001,
    charges: [],
    requestBytes: 1,
    responseBytes: 2,
    ...more,
  };
}

beforeAll(async () => {
  await bench.start(file);
  const writer = await bench.logs.logWriter();
  const records = [
    record(0, bench.nowMs - 2 * hour),
    record(1, bench.nowMs - hour, { tags: { use: "research" }, outcome: "error", status: 500 }),
    record(2, bench.nowMs - hour, { team: "other", provider: "groq" }),
    record(3, bench.nowMs - 11 * 24 * hour),
  ];
  const journaled = records.map((each) => ({ record: each, bytes: bytesOfRecord(each) }));
  await writer.commit({ records: journaled, positions: new Map() });
  writer.close();
  bench.spend(bench.limit("team:search"), 3 * dollar);
});
afterAll(() => bench[Symbol.dispose]());

const spend = (query: { readonly [name: string]: string }) =>
  bench.ask("GET", `/api/spend?${new URLSearchParams(query)}`);

describe("GET /api/spend", () => {
  test("adds up a scope's requests of this month, and shows its budgets", async () => {
    expect((await spend({ scope: "team:search" })).body).toMatchObject({
      scope: "team:search",
      from: "2026-03-01T00:00:00.000Z",
      requests: 2,
      errors: 1,
      input_tokens: 14,
      output_tokens: 22,
      cost_usd: "2.000000002",
      budgets: [{ id: "team:search/budget/usd/1d/UTC", spent_usd: "3", previous: { spent_usd: "0" } }],
    });
  });

  const totals: readonly (readonly [query: { readonly [name: string]: string }, requests: number | undefined])[] = [
    [{ scope: "team:search", from: "2026-02-01" }, 3],
    [{ scope: "team:search", from: "2026-02-01", to: "2026-03-01" }, 1],
    [{ scope: "key:ci" }, 3],
    [{ scope: "customer:acme" }, 3],
    [{ scope: "customer:nobody" }, 0],
    [{ scope: "limit:research" }, 1],
    [{ scope: "limit:pattern" }, undefined],
  ];
  for (const [query, requests] of totals) {
    test(`counts ${requests ?? "no"} requests for ${JSON.stringify(query)}`, async () => {
      expect((await spend(query)).body.requests).toBe(requests);
    });
  }

  test("refuses a scope or a range that is none", async () => {
    const noScope = await spend({ scope: "search" });
    expect(noScope.status).toBe(400);
    expect(noScope.body.detail).toContain("must be key:, team:, customer: or limit: and a name");
    const noRange = await spend({ scope: "key:a", from: "2026-04-01" });
    expect(noRange.body.detail).toContain('"to" must be after from');
  });
});
