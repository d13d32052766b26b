import { describe, expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

const dollar = 1_000_000_000;
const hour = 3_600_000;

const file = `
teams:
  - { name: search, budgets: [{ limit_usd: 10, period: 1d, thresholds: [0.5, 1] }, { limit_usd: 20, period: none }] }
  - { name: words, budgets: [{ limit_tokens: 100, period: 1h }] }`;

const daily = "/api/budgets/team%3Asearch%2Fbudget%2Fusd%2F1d%2FUTC";
const prepaid = "/api/budgets/team%3Asearch%2Fbudget%2Fusd%2Fnone";
const words = "/api/budgets/team%3Awords%2Fbudget%2Ftokens%2F1h%2FUTC";

describe("an override", () => {
  test("holds until its time, also over a restart, and ends by itself", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const budget = bench.limit("team:search/budget/usd/1d");
    const until = new Date(bench.nowMs + hour).toISOString();
    const made = await bench.ask("POST", `${daily}/overrides`, { limit_usd: 12, until, reason: "launch" });
    expect(made).toMatchObject({
      status: 201,
      body: { limit_usd: "10", remaining_usd: "12", override: { limit_usd: "12", until, reason: "launch" } },
    });
    expect(bench.spend(budget, 11 * dollar)).toBe(true);
    await bench.start(file);
    expect(bench.spend(budget, dollar)).toBe(true);

    bench.nowMs += hour - 1;
    await bench.running.overrideEnd.endDue();
    expect((await bench.ask("GET", daily)).body.override).toBeDefined();
    bench.nowMs += 1;
    expect((await bench.ask("GET", daily)).body.override).toBeUndefined();
    await bench.running.overrideEnd.endDue();
    expect(bench.spend(budget, 1)).toBe(false);
    expect((await bench.ask("GET", daily)).body).toMatchObject({ spent_usd: "12", remaining_usd: "0" });
    expect(await bench.running.store.allowances.overrides()).toEqual(new Map());
  });

  test("that ended while nothing ran does not hold after the start", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const until = new Date(bench.nowMs + 1).toISOString();
    await bench.ask("POST", `${daily}/overrides`, { limit_usd: 12, until });
    bench.nowMs += hour;
    await bench.start(file);
    expect(bench.spend(bench.limit("team:search/budget/usd/1d"), 11 * dollar)).toBe(false);
  });

  test("can lower a limit, be replaced, and be ended early", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const budget = bench.limit("team:words/budget");
    const until = new Date(bench.nowMs + hour).toISOString();
    await bench.ask("POST", `${words}/overrides`, { limit_tokens: 10, until });
    expect(bench.spend(budget, 11)).toBe(false);
    await bench.ask("POST", `${words}/overrides`, { limit_tokens: 11, until });
    expect(bench.spend(budget, 11)).toBe(true);
    expect((await bench.ask("DELETE", `${words}/overrides`)).body).toMatchObject({ remaining_tokens: 89 });
    expect((await bench.ask("DELETE", `${words}/overrides`)).status).toBe(404);
  });

  const refused: readonly (readonly [body: object, detail: string])[] = [
    [{ limit_tokens: 5, until: "2027-01-01" }, '"limit_usd" is needed for this budget'],
    [{ limit_usd: 5, limit_tokens: 5, until: "2027-01-01" }, "nothing else that says how much"],
    [{ limit_usd: 5, until: "2020-01-01" }, '"until" must be in the future'],
    [{ limit_usd: 5 }, '"until" must be a string, found nothing'],
    [{ limit_usd: -1, until: "2027-01-01" }, '"limit_usd" must be an amount of US dollars from 0'],
    [{ limit_usd: 5, until: "2027-01-01", limit: 3 }, '"limit" unknown key'],
  ];
  test("is refused with the field at fault", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    for (const [body, detail] of refused) {
      const answer = await bench.ask("POST", `${daily}/overrides`, body);
      expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
    }
    expect((await bench.ask("GET", "/api/budgets/nope")).status).toBe(404);
  });
});

describe("a prepaid budget", () => {
  test("is topped up, and taken from down to what is spent", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const budget = bench.limit("team:search/budget/usd/none");
    bench.spend(budget, 15 * dollar);
    const first = await bench.ask("POST", `${prepaid}/top-ups`, { amount_usd: "5.5", note: "March" });
    expect(first).toMatchObject({ status: 201, body: { amount_usd: "5.5", note: "March" } });
    expect(bench.spend(budget, 10 * dollar)).toBe(true);
    const over = await bench.ask("POST", `${prepaid}/top-ups`, { amount_usd: -0.6 });
    expect(over).toMatchObject({ status: 409, body: { detail: expect.stringContaining("$0.5 of it are neither") } });
    bench.nowMs += 1;
    expect((await bench.ask("POST", `${prepaid}/top-ups`, { amount_usd: -0.5 })).status).toBe(201);
    expect(bench.spend(budget, 1)).toBe(false);
    expect((await bench.ask("GET", prepaid)).body).toMatchObject({
      limit_usd: "20",
      spent_usd: "25",
      remaining_usd: "0",
      top_ups_usd: "5",
      period: "none",
    });
    await bench.start(file);
    const { body } = await bench.ask("GET", `${prepaid}/top-ups`);
    expect(body.data.map((topUp: { amount_usd: string }) => topUp.amount_usd)).toEqual(["5.5", "-0.5"]);
    expect((await bench.ask("GET", `${prepaid}/top-ups?limit=1`)).body).toMatchObject({ has_more: true });
  });

  test("alone can be topped up", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const refused = await bench.ask("POST", `${daily}/top-ups`, { amount_usd: 1 });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining("period: none") } });
  });
});

describe("thresholds", () => {
  const told = async (bench: LimitBench, query = "") =>
    (await bench.ask("GET", `/api/events${query}`)).body.data.map(
      ({ scope, threshold, period_started_at: start }: Record<string, string>) => `${scope} ${threshold} ${start}`,
    );

  test("are events once a budget and period, over restarts too", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    const budget = bench.limit("team:search/budget/usd/1d");
    expect(await bench.running.budgetWatch.look()).toEqual([]);
    bench.spend(budget, 5 * dollar - 1);
    expect(await bench.running.budgetWatch.look()).toEqual([]);
    bench.spend(budget, 1);
    expect(await bench.running.budgetWatch.look()).toMatchObject([{ threshold: 0.5, spent: 5 * dollar }]);
    expect(await bench.running.budgetWatch.look()).toEqual([]);
    await bench.start(file);
    expect(await bench.running.budgetWatch.look()).toEqual([]);
    bench.spend(budget, 5 * dollar);
    bench.nowMs += 1;
    await bench.start(file);
    expect(await bench.running.budgetWatch.look()).toMatchObject([{ threshold: 1 }]);
    const day = "2026-03-10T00:00:00.000Z";
    expect(await told(bench)).toEqual([`team:search 1 ${day}`, `team:search 0.5 ${day}`]);

    bench.nowMs += 24 * hour;
    expect(await bench.running.budgetWatch.look()).toEqual([]);
    bench.spend(budget, 6 * dollar);
    expect(await bench.running.budgetWatch.look()).toMatchObject([{ threshold: 0.5, period: expect.any(Number) }]);
    expect(await told(bench, "?scope=team:search&limit=1")).toEqual(["team:search 0.5 2026-03-11T00:00:00.000Z"]);
    expect(await told(bench, "?scope=team:words")).toEqual([]);
  });

  test("that were reached just before a period ended are not missed", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    await bench.running.budgetWatch.look();
    const budget = bench.limit("team:words/budget");
    bench.spend(budget, 90);
    bench.nowMs += hour;
    bench.spend(budget, 1);
    expect(await bench.running.budgetWatch.look()).toMatchObject([{ threshold: 0.8, spent: 90, allowance: 100 }]);
    expect(await told(bench)).toEqual(["team:words 0.8 2026-03-10T12:00:00.000Z"]);
  });

  test("follow the limit: lowered below what is spent they are reached at once, raised they do not repeat", async () => {
    using bench = new LimitBench();
    await bench.start(file);
    bench.spend(bench.limit("team:search/budget/usd/1d"), 4 * dollar);
    expect(await bench.running.budgetWatch.look()).toEqual([]);
    await bench.load(file.replace("limit_usd: 10", "limit_usd: 8"));
    expect(await bench.running.budgetWatch.look()).toMatchObject([{ threshold: 0.5, allowance: 8 * dollar }]);
    await bench.load(file);
    bench.spend(bench.limit("team:search/budget/usd/1d"), 2 * dollar);
    expect(await bench.running.budgetWatch.look()).toEqual([]);
  });
});

test("GET /api/budgets pages through all of them and filters by scope", async () => {
  using bench = new LimitBench();
  await bench.start(file);
  const page = (await bench.ask("GET", "/api/budgets?limit=2")).body;
  expect(page.data.map(({ id }: { id: string }) => id)).toEqual([
    "team:search/budget/usd/1d/UTC",
    "team:search/budget/usd/none",
  ]);
  const rest = (await bench.ask("GET", `/api/budgets?limit=2&after=${encodeURIComponent(page.next)}`)).body;
  expect(rest).toMatchObject({ data: [{ id: "team:words/budget/tokens/1h/UTC" }], has_more: false });
  expect((await bench.ask("GET", "/api/budgets?scope=key")).body.data).toEqual([]);
  expect((await bench.ask("GET", "/api/budgets?scope=teams")).status).toBe(400);
});

describe("the lists of budgets and rate limits", () => {
  const config = `
teams:
  - { name: calm, budgets: [{ limit_usd: 10, period: 1d }], rate_limits: [{ requests: 5, per: 1m }] }
  - { name: busy, budgets: [{ limit_usd: 10, period: 1d }], rate_limits: [{ concurrent: 2 }] }`;

  test("begin with what is nearest to its limit where that is asked for, a page at a time", async () => {
    using bench = new LimitBench();
    await bench.start(config);
    expect(bench.spend(bench.limit("team:busy/budget"), 9 * dollar)).toBe(true);
    const names = async (query: string) => {
      const { body } = await bench.ask("GET", `/api/budgets?${query}`);
      return [body.data.map(({ scope_name }: { scope_name: string }) => scope_name), body.has_more, body.next];
    };
    expect(await names("")).toEqual([["calm", "busy"], false, undefined]);
    const [first, more, next] = await names("order=nearest&limit=1");
    expect([first, more]).toEqual([["busy"], true]);
    expect(await names(`order=nearest&limit=1&after=${encodeURIComponent(next)}`)).toEqual([
      ["calm"],
      false,
      undefined,
    ]);
    expect(await names("search=CAL")).toEqual([["calm"], false, undefined]);
  });

  test("GET /api/rate-limits holds those of every scope with their use", async () => {
    using bench = new LimitBench();
    await bench.start(config);
    const { status, body } = await bench.ask("GET", "/api/rate-limits?order=nearest&scope=team");
    expect(status).toBe(200);
    expect(body.data).toMatchObject([
      { scope: "team:calm", requests: 5, per: "1m", used: 0, remaining: 5 },
      { scope: "team:busy", concurrent: 2, used: 0, remaining: 2 },
    ]);
  });
});
