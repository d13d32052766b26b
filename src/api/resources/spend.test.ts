import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { noUsage } from "#core/usage";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import { LimitBench } from "#limits/fixtures/limit-bench";
import type { LogStore } from "#store/log/log-store";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import { spendRoutes } from "./spend";

const dollar = 1_000_000_000;
const hour = 3_600_000;
const file = `
teams: [{ name: search, budgets: [{ limit_usd: 10, period: 1d }] }]
limits:
  - { name: research, tags: { use: research }, provider: openai, budgets: [{ limit_usd: 10, period: 1d }] }
  - { name: pattern, model: "openai/*", budgets: [{ limit_usd: 10, period: 1d }] }`;

const bench = new LimitBench();
let logs: LogStore;

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
  const database = join(bench.directory, "logs.sqlite");
  const writer = openSqliteLogWriter(database);
  const records = [
    record(0, bench.nowMs - 2 * hour),
    record(1, bench.nowMs - hour, { tags: { use: "research" }, outcome: "error", status: 500 }),
    record(2, bench.nowMs - hour, { team: "other", provider: "groq" }),
    record(3, bench.nowMs - 11 * 24 * hour),
  ];
  const journaled = records.map((each) => ({ record: each, json: JSON.stringify(each) }));
  await writer.commit({ records: journaled, positions: new Map() });
  writer.close();
  logs = openSqliteLogStore(database);
  bench.spend(bench.limit("team:search"), 3 * dollar);
});
afterAll(() => {
  logs.close();
  bench[Symbol.dispose]();
});

async function spend(query: { readonly [name: string]: string }): Promise<JsonObject> {
  const { store, configuration, ledger } = bench.running;
  const { readSlot, readWindow } = ledger;
  const clocks = { nowMs: () => bench.nowMs, machineMs: () => bench.machineMs };
  const [route] = spendRoutes({ store, configuration, logs, readSlot, readWindow, ...clocks });
  const answer = await route?.handle({ params: {}, query, body: undefined, origin: { actor: "control_socket" } });
  const body = parseJson(answer?.body ?? "");
  return isObject(body) ? body : {};
}

describe("GET /api/spend", () => {
  test("adds up a scope's requests of this month, and shows its budgets", async () => {
    expect(await spend({ scope: "team:search" })).toMatchObject({
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
      expect((await spend(query)).requests).toBe(requests);
    });
  }

  test("refuses a scope or a range that is none", async () => {
    await expect(spend({ scope: "search" })).rejects.toThrow("must be key:, team:, customer: or limit: and a name");
    await expect(spend({ scope: "key:a", from: "2026-04-01" })).rejects.toThrow('"to" must be after from');
  });
});
