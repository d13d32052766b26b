import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import { LimitBench } from "#limits/fixtures/limit-bench";
import { batchOf } from "#store/log/fixtures/open-log";
import { plainRecord, startMs } from "#store/log/fixtures/plain-record";

const secret = "hg-a-secret-of-the-virtual-key";
const other = "hg-a-secret-of-another-key";
const catalog = 'openai\tgpt-alpha\t{"mode":"chat"}';
let bench: LimitBench;

beforeEach(() => {
  bench = new LimitBench("memory", catalog);
});

afterEach(() => bench[Symbol.dispose]());

/** A key with this `self_view`, another key, and records of both. */
async function start(selfView?: string, more = ""): Promise<void> {
  const view = selfView === undefined ? "" : `, self_view: ${selfView}`;
  await bench.start(`
providers: { openai: { keys: [{ name: main, value: sk-a }] }, anthropic: { keys: [{ name: main, value: sk-b }] } }
routes: [{ alias: smart, targets: [{ model: openai/gpt-alpha }], fallbacks: [anthropic/claude] }]
virtual_keys:
  - { name: ci, value: ${secret}, team: search, models: ["smart", "openai/*"]${view}${more} }
  - { name: other, value: ${other} }`);
  bench.nowMs = startMs + 1000;
  await (await bench.logs.logWriter()).commit(batchOf([1, 2, 3, 4].map(record)));
}

/** Odd ones are the key's. */
function record(index: number): RequestRecord {
  const name = index % 2 === 1 ? "ci" : "other";
  return plainRecord(index, {
    keyId: `file:${name}`,
    keyName: name,
    team: "search",
    askedModel: "smart",
    provider: "openai",
    model: "gpt-alpha",
    providerKey: "the-provider-key",
    cost: 1_000_000,
  });
}

const ask = (path: string, key = secret) => bench.ask("GET", path, undefined, key);
const statusOf = async (path: string) => (await ask(path)).status;

describe("GET /api/me", () => {
  test("shows the key, what it may do and where to call", async () => {
    await start();
    const { body } = await ask("/api/me");
    expect(body).toMatchObject({
      name: "ci",
      team: "search",
      self_view: "requests",
      allowed_ips: [],
      base_url: "http://localhost",
      usage: { requests: 0, running: 0 },
    });
  });

  test("shows what self_view allows, and no more", async () => {
    const id = record(1).id;
    const paths = ["/api/me", "/api/me/models", "/api/me/stats", "/api/me/logs", `/api/me/logs/${id}`];
    for (const [view, statuses] of [
      ["off", [403, 403, 403, 403, 403]],
      ["usage", [200, 200, 200, 403, 403]],
      ["requests", [200, 200, 200, 200, 200]],
      ["content", [200, 200, 200, 200, 200]],
    ] as const) {
      bench[Symbol.dispose]();
      bench = new LimitBench("memory", catalog);
      await start(view);
      expect([view, await Promise.all(paths.map(statusOf))]).toEqual([view, [...statuses]]);
    }
  });

  test("is refused to an address that the key may not be used from", async () => {
    await start(undefined, ", allowed_ips: [10.0.0.0/8]");
    const status = async (address: string) => {
      const headers = { host: "localhost:8080", authorization: `Bearer ${secret}` };
      const request = new Request("http://localhost:8080/api/me", { headers });
      return (await bench.running.handler(request, { trusted: false, address })).status;
    };
    expect([await status("10.1.2.3"), await status("192.0.2.1")]).toEqual([200, 403]);
  });

  test("is there for a key over its budget, which may sign in", async () => {
    await start(undefined, ", budgets: [{ limit_usd: 0, period: 1d }]");
    expect((await ask("/api/me")).body.budgets[0]).toMatchObject({ limit_usd: "0" });
  });
});

describe("GET /api/me/logs", () => {
  test("lists the key's own requests, newest first, and how they went", async () => {
    await start();
    const { body } = await ask("/api/me/logs");
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([record(3).id, record(1).id]);
    expect(body.data[0]).toMatchObject({ asked_model: "smart", model: "gpt-alpha", cost_usd: "0.001", status: 200 });
    expect(JSON.stringify(body)).not.toMatch(/the-provider-key|attempts|limits|note|key_id/);
    const first = await ask("/api/me/logs?limit=1");
    expect(first.body.has_more).toBe(true);
    const next = await ask(`/api/me/logs?limit=1&after=${first.body.next}`);
    expect(next.body.data[0].id).toBe(record(1).id);
    expect((await ask("/api/me/logs?model=other")).body.data).toEqual([]);
    expect((await ask("/api/me/logs?key=other")).status).toBe(400);
  });

  test("shows one of them, and tells another key's from none in nothing", async () => {
    await start();
    expect((await ask(`/api/me/logs/${record(1).id}`)).body.id).toBe(record(1).id);
    const [foreign, unknown] = [await ask(`/api/me/logs/${record(2).id}`), await ask(`/api/me/logs/${"0".repeat(32)}`)];
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
  });
});

test("GET /api/me/stats sums up the key's own requests", async () => {
  await start();
  const { body } = await ask(`/api/me/stats?from=${startMs - 60_000}&group_by=model`);
  expect(body.total.requests).toBe(2);
  expect(body.groups.map(({ group }: { group: unknown }) => group)).toEqual([{ model: "gpt-alpha" }]);
  for (const query of ["group_by=key", "group_by=provider_key", "key=other"]) {
    expect([query, (await ask(`/api/me/stats?${query}`)).status]).toEqual([query, 400]);
  }
});

test("GET /api/me/models lists what the key may ask for, aliases first", async () => {
  await start();
  const { body } = await ask("/api/me/models");
  expect(body.data).toEqual([
    { id: "smart", owned_by: "headgate", targets: ["openai/gpt-alpha"] },
    { id: "openai/gpt-alpha", owned_by: "openai", mode: "chat" },
  ]);
});
