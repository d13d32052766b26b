import { describe, expect, test } from "bun:test";
import { maxLimits } from "#config/limit-count";
import { maxEntries } from "#ledger/ledger";
import { LimitBench } from "#limits/fixtures/limit-bench";

const dollar = 1_000_000_000;
const hour = 3_600_000;
const day = 24 * hour;

const file = `
customers: [{ name: acme, budgets: [{ limit_tokens: 1000, period: none }] }]
teams:
  - { name: search, customer: acme, budgets: [{ limit_usd: 10, period: 1d, time_zone: Europe/Berlin }], rate_limits: [{ requests: 5, per: 1m }] }
limits: [{ name: research, tags: { use: research }, provider: openai, budgets: [{ limit_usd: 3, period: 1mo, mode: soft }] }]
virtual_keys:
  - { name: ci, value: secret-of-the-key, team: search, budgets: [{ limit_usd: 2, period: 1d, align: creation }, { limit_usd: 1, period: 1d, align: creation }], rate_limits: [{ concurrent: 2 }] }`;

describe("limits of the configuration file", () => {
  test("get stable ids, slots of their own and the right units in the ledger", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    expect(bench.limits().map(({ id }) => id)).toEqual([
      "limit:research/budget/usd/1mo/UTC/tag:use=research/provider=openai",
      "customer:acme/budget/tokens/none",
      "team:search/budget/usd/1d/Europe%2FBerlin",
      "team:search/rate/requests/1m",
      "key:file:ci/budget/usd/1d/creation",
      "key:file:ci/budget/usd/1d/creation/2",
      "key:file:ci/concurrent",
    ]);
    expect(new Set(bench.limits().map(({ slot }) => slot.index)).size).toBe(7);
    const slots = bench.limits().map(({ slot }) => bench.running.ledger.readSlot(slot.index));
    expect(slots.map(({ unit, mode, allowance }) => [unit, mode, allowance])).toEqual([
      ["nanodollars", "soft", 3 * dollar],
      ["tokens", "hard", 1000],
      ["nanodollars", "hard", 10 * dollar],
      ["requests", "hard", 5],
      ["nanodollars", "hard", 2 * dollar],
      ["nanodollars", "hard", 1 * dollar],
      ["running", "hard", 2],
    ]);
    const anchored = { kind: "repeating", unit: "d", count: 1, align: { to: "anchor", anchorMs: bench.nowMs } };
    expect(bench.limit("key:file:ci/budget")).toMatchObject({ period: anchored });
  });

  test("keep slot, spend and creation over restarts and other amounts; another period is another budget", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const before = bench.limit("team:search/budget");
    expect(bench.spend(before, 7 * dollar)).toBe(true);
    bench.nowMs += hour;
    await bench.start(file.replace("limit_usd: 10", "limit_usd: 5"));
    const lowered = bench.limit("team:search/budget");
    expect(lowered).toMatchObject({ slot: before.slot, amount: 5 * dollar });
    expect(bench.spend(lowered, 1)).toBe(false);
    expect(bench.limit("key:file:ci/budget")).toMatchObject({ period: { align: { anchorMs: bench.nowMs - hour } } });

    await bench.load(file.replace("limit_usd: 10", "limit_usd: 8"));
    expect(bench.spend(before, dollar)).toBe(true);
    expect(bench.spend(before, 1)).toBe(false);
    const { body } = await bench.ask("GET", "/api/teams/search");
    expect(body.budgets).toMatchObject([{ limit_usd: "8", spent_usd: "8", held_usd: "0", remaining_usd: "0" }]);

    await bench.load(file.replace("limit_usd: 10, period: 1d", "limit_usd: 8, period: 1w"));
    expect(bench.limit("team:search/budget").slot).not.toEqual(before.slot);
    expect(bench.spend(bench.limit("team:search/budget"), 8 * dollar)).toBe(true);
  });

  test("come back with what was spent, their top-ups and overrides, when they are taken away for a while", async () => {
    using bench = new LimitBench();
    const prepaid =
      "teams: [{ name: search, budgets: [{ limit_usd: 10, period: none }, { limit_usd: 5, period: 1mo }] }]";
    await bench.start(prepaid);
    const path = "/api/teams/search";
    const before = (await bench.ask("GET", path)).body.budgets;
    const [first] = before;
    expect(
      (await bench.ask("POST", `/api/budgets/${encodeURIComponent(first.id)}/top-ups`, { amount_usd: 2 })).status,
    ).toBe(201);
    for (const { id } of before) expect(bench.spend(bench.limit(id), 4 * dollar)).toBe(true);
    const spent = (await bench.ask("GET", path)).body.budgets;
    await bench.load("");
    expect(await bench.running.store.slots.list()).toEqual([]);
    expect((await bench.ask("GET", path)).status).toBe(404);
    await bench.load(prepaid);
    expect((await bench.ask("GET", path)).body.budgets).toEqual(spent);
    expect(spent[0]).toMatchObject({ spent_usd: "4", remaining_usd: "8" });
  });

  test("travel to the workers once each, and are taken away when they go", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const [first] = bench.running.configuration.full().parts;
    expect(first).toMatchObject({
      teams: [{ name: "search", customer: "acme" }],
      customers: [{ name: "acme" }],
    });
    expect(JSON.stringify(first).split('"team:search/budget').length).toBe(2);
    await bench.load("");
    expect(bench.published.at(-1)).toMatchObject({
      parts: [{ teams: { removed: ["search"] }, customers: { removed: ["acme"] }, limits: [] }],
    });
    expect(await bench.running.store.slots.list()).toEqual([]);
  });

  test("refuse a key that more limits could apply to than one request can be held against", async () => {
    using bench = new LimitBench();
    await bench.start("virtual_keys: [{ name: ci, value: secret-of-the-key }]");
    const entries = (count: number, more: string) =>
      Array.from(
        { length: count },
        (_, index) => `{ name: l${index}, ${more.replaceAll("N", `${index}`)}rate_limits: [{ requests: 1, per: 1m }] }`,
      );
    const keyed = (limits: readonly string[]) =>
      `limits: [${limits}]\nvirtual_keys: [{ name: ci, value: secret-of-the-key, tags: { a: b } }]`;
    expect(maxLimits).toBe(maxEntries - 1);
    await bench.load(keyed(entries(23, "")));
    await expect(bench.load(keyed(entries(24, "")))).rejects.toThrow(
      "h.yaml:2:16: virtual_keys[0]: found 24 limits that could apply, at most 23 may apply to one request",
    );
    await expect(bench.load(keyed(entries(24, "")).replace(/\n.*/, ""))).rejects.toThrow("without a virtual key");
    await expect(bench.load(keyed(entries(24, "tags: { a: b }, ")))).rejects.toThrow("virtual_keys[0]: found 24");
    expect(bench.limits().length).toBe(23);
    // A request meets at most as many providers as it makes attempts.
    await bench.load(keyed(entries(40, "provider: pN, ")));
    expect(bench.limits().length).toBe(40);
  });
});

describe("teams, customers and limits over the API", () => {
  test("are made, shown with their state, changed and deleted", async () => {
    using bench = new LimitBench();
    await bench.start();
    expect((await bench.ask("POST", "/api/customers", { name: "acme" })).status).toBe(201);
    const team = { name: "search", customer: "acme", budgets: [{ limit_usd: "2.5", period: "1d" }] };
    expect((await bench.ask("POST", "/api/teams", team)).status).toBe(201);
    expect((await bench.ask("POST", "/api/teams", team)).status).toBe(409);
    bench.spend(bench.limit("team:search"), 2 * dollar);
    expect((await bench.ask("GET", "/api/teams/search")).body).toEqual({
      name: "search",
      customer: "acme",
      budgets: [
        {
          id: "team:search/budget/usd/1d/UTC",
          scope: "team:search",
          scope_kind: "team",
          scope_name: "search",
          limit_usd: "2.5",
          spent_usd: "2",
          held_usd: "0",
          remaining_usd: "0.5",
          period: "1d",
          align: "calendar",
          time_zone: "UTC",
          period_started_at: "2026-03-10T00:00:00.000Z",
          resets_at: "2026-03-11T00:00:00.000Z",
          mode: "hard",
          previous: { spent_usd: "0" },
        },
      ],
      rate_limits: [],
      source: "store",
      version: expect.any(String),
      read_only: false,
    });
    bench.nowMs += day;
    const next = (await bench.ask("GET", "/api/budgets?scope=team&name=search")).body.data[0];
    expect(next).toMatchObject({ spent_usd: "0", remaining_usd: "2.5", previous: { spent_usd: "2" } });

    const patch = { rate_limits: [{ tokens: 100, per: "1m" }] };
    const patched = await bench.ask("PATCH", "/api/teams/search", patch);
    expect(patched.body.rate_limits).toEqual([
      {
        id: "team:search/rate/tokens/1m",
        scope: "team:search",
        scope_kind: "team",
        scope_name: "search",
        tokens: 100,
        per: "1m",
        used: 0,
        remaining: 100,
      },
    ]);
    expect(bench.spend(bench.limit("team:search/rate"), 70)).toBe(true);
    const used = (await bench.ask("GET", "/api/teams/search")).body.rate_limits[0];
    expect(used).toMatchObject({ used: 70, remaining: 30 });

    await bench.ask("POST", "/api/virtual-keys", { name: "k", team: "search" });
    expect((await bench.ask("DELETE", "/api/teams/search")).status).toBe(409);
    expect((await bench.ask("DELETE", "/api/customers/acme")).status).toBe(409);
    expect((await bench.ask("DELETE", "/api/virtual-keys/k")).status).toBe(204);
    expect((await bench.ask("DELETE", "/api/teams/search")).status).toBe(204);
    expect((await bench.ask("DELETE", "/api/customers/acme")).status).toBe(204);
    expect(bench.limits()).toEqual([]);
    expect(await bench.running.store.slots.list()).toEqual([]);
  });

  test("what the file declares is read-only", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    for (const path of ["/api/teams/search", "/api/customers/acme", "/api/limits/research"]) {
      expect((await bench.ask("GET", path)).body).toMatchObject({ source: "file", read_only: true });
      expect((await bench.ask("PATCH", path, { budgets: [] })).status).toBe(409);
      expect((await bench.ask("DELETE", path)).status).toBe(409);
    }
  });

  test("a change that is refused leaves nothing behind, in store or ledger", async () => {
    using bench = new LimitBench();
    await bench.start();
    const limits = Array.from({ length: 20 }, (_, index) => ({ requests: 1, per: `${index + 1}m` }));
    await bench.ask("POST", "/api/teams", { name: "big", rate_limits: limits });
    await bench.ask("POST", "/api/virtual-keys", { name: "k", team: "big" });
    const slots = await bench.running.store.slots.list();
    const refused = await bench.ask("POST", "/api/limits", { name: "more", rate_limits: limits });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining("at most 23") } });
    expect(await bench.running.store.slots.list()).toEqual(slots);
    expect(bench.limits().length).toBe(20);
    const fitting = await bench.ask("POST", "/api/limits", { name: "more", rate_limits: limits.slice(0, 3) });
    expect(fitting.status).toBe(201);
    expect(bench.spend(bench.limit("limit:more"), 1)).toBe(true);
  });

  test("a key's holder sees its own limits and those it shares, not the gateway's", async () => {
    using bench = new LimitBench();
    await bench.start(file.replace("{ concurrent: 2 }", "{ concurrent: 2 }, { requests: 5, per: 10s }"));
    bench.spend(bench.limit("key:file:ci/budget"), dollar / 4);
    const { body } = await bench.ask("GET", "/api/me", undefined, "secret-of-the-key");
    expect(body).toMatchObject({
      name: "ci",
      budgets: [{ spent_usd: "0.25", remaining_usd: "1.75" }, { spent_usd: "0" }],
      rate_limits: [
        { concurrent: 2, used: 0, remaining: 2 },
        { requests: 5, per: "10s", used: 0, remaining: 5 },
      ],
      shared: { budgets: [{ scope: "team:search" }, { scope: "customer:acme", remaining_tokens: 1000 }] },
    });
    expect(JSON.stringify(body)).not.toContain("limit:research");
  });
});
