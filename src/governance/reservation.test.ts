import { afterEach, expect, test } from "bun:test";
import type { Limit } from "#core/limit";
import type { VirtualKey } from "#core/snapshot";
import { budget, chargesOf, concurrency, heldIn, rate } from "./fixtures/plain-limits";
import {
  plainPrice,
  refusalOf,
  type ScratchGovernance,
  type ScratchRequest,
  scratchGovernance,
  settingsOf,
  target,
  used,
} from "./fixtures/scratch-governance";

const opened: ScratchGovernance[] = [];
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.remove();
});

function scratch(): ScratchGovernance {
  const made = scratchGovernance();
  opened.push(made);
  return made;
}

function finish(request: ScratchRequest, input = 100, output = 50) {
  return request.close({ usage: used(input, output) });
}

/** How many of n requests are let in, taken in turn by two workers, none of which ends. */
function letIn(governance: ScratchGovernance, limit: Limit, n: number): ScratchRequest[] {
  const key = governance.key([limit]);
  const requests = Array.from({ length: n }, (_, index) => governance.request({ key, worker: index % 2 }));
  return requests.filter((request) => {
    try {
      request.reserve(target());
      return true;
    } catch {
      return false;
    }
  });
}

// A request holds 150 tokens and 150,000 nano-dollars.
test("reserve() lets in exactly as many as fit, over two workers, whatever the limit counts", () => {
  const governance = scratch();
  for (const limit of [
    rate(7),
    rate(7 * 150 + 149, "tokens"),
    concurrency(7),
    budget(7 * 150_000 + 149_999),
    budget(7 * 150, "hard", "tokens"),
  ]) {
    expect(letIn(governance, governance.limit(limit), 20)).toHaveLength(7);
  }
});

test("reserve() holds against key, team, customer and gateway, all or nothing", () => {
  const governance = scratch();
  const limits = [1, 2, 3, 4].map((amount) => governance.limit(concurrency(amount + 10)));
  const [own, team, customer, gateway] = limits;
  const full = governance.limit({
    ...concurrency(0),
    scope: { kind: "limit", name: "full" },
    match: { tags: { use: "tests" } },
  });
  if (!own || !team || !customer || !gateway) throw new Error("four limits");
  const snapshot = {
    teams: new Map([["search", { name: "search", customer: "acme", limits: [team] }]]),
    customers: new Map([["acme", { name: "acme", limits: [customer] }]]),
    limits: [gateway, full],
  };
  const heldIn = () => limits.map(({ slot }) => governance.admin.readSlot(slot.index).held);
  governance.request({ key: governance.key([own], { team: "search" }), snapshot }).reserve(target());
  expect(heldIn()).toEqual([1, 1, 1, 1]);
  const tagged = governance.key([own], { team: "search", tags: { use: "tests" } });
  expect(refusalOf(() => governance.request({ key: tagged, snapshot }).reserve(target())).message).toBe(
    'Cannot take the request: the concurrency limit of the limit "full" allows 0 running requests, found 0',
  );
  expect(heldIn()).toEqual([1, 1, 1, 1]);
});

test("reserve() of a soft budget refuses once it is exceeded, of a warning one never", async () => {
  const governance = scratch();
  const key = governance.key([governance.limit(budget(150_000, "soft")), governance.limit(budget(1, "warn"))]);
  const running = [1, 2, 3].map(() => governance.request({ key }));
  for (const request of running) request.reserve(target());
  for (const request of running) await finish(request);
  const error = refusalOf(() => governance.request({ key }).reserve(target()));
  expect([error.code, error.options.shouldRetry]).toEqual(["budget_exceeded", false]);
});

test("reserve() says what a budget has, when it resets, and whether only running requests stand in the way", async () => {
  const governance = scratch();
  const key = governance.key([governance.limit(budget(400_000))]);
  const [first, second] = [governance.request({ key }), governance.request({ key })];
  first.reserve(target());
  second.reserve(target());
  const waits = refusalOf(() => governance.request({ key }).reserve(target()));
  expect([waits.status, waits.code]).toEqual([429, "budget_busy"]);
  expect(waits.message).toBe(
    'Cannot take the request: the budget of the key "ci" has $0.0004 per 1d, found $0 spent and $0.0003 held by running requests, ' +
      "needed up to $0.00015 (max_tokens 50, and up to 100 tokens of input); nothing fits now; " +
      "only running requests stand in the way, try again; it resets at 2026-03-11T00:00:00.000Z",
  );
  expect(waits.options).toMatchObject({ shouldRetry: true, retryAfterS: 2 });
  await finish(first);
  await finish(second);
  const spent = refusalOf(() => governance.request({ key }).reserve(target()));
  expect(spent.message).toContain("found $0.0003 spent and $0 held");
  expect(spent.options.shouldRetry).toBe(false);
  expect(spent.options.retryAfterS).toBeUndefined();
});

test("reserve() counts a new day anew, and a day that goes back not", async () => {
  const governance = scratch();
  const limit = governance.limit(budget(150_000));
  const key = governance.key([limit]);
  const late = governance.request({ key });
  late.reserve(target());
  governance.time.nowMs += 86_400_000;
  const next = governance.request({ key });
  next.reserve(target());
  await finish(late);
  await finish(next);
  const days = governance.records.map(
    ({ charges }) => charges.find(({ slot }) => slot === limit.slot.index)?.period ?? 0,
  );
  expect(days[1]).toBe((days[0] ?? 0) + 1);
  governance.time.nowMs -= 86_400_000;
  expect(refusalOf(() => governance.request({ key }).reserve(target())).code).toBe("budget_exceeded");
});

test("reserve() tells nobody to wait for a place where there is none", () => {
  const governance = scratch();
  const refused = (places: number) => {
    const key = governance.key([governance.limit(concurrency(places))]);
    const reserve = () => governance.request({ key }).reserve(target());
    if (places > 0) reserve();
    return refusalOf(reserve).options;
  };
  expect(refused(1)).toMatchObject({ retryAfterS: 1 });
  expect(refused(0)).toMatchObject({ shouldRetry: false });
  expect(refused(0)).not.toHaveProperty("retryAfterS");
});

test("reserve() estimates no more input than it held for, nor than the model can read", () => {
  const governance = scratch();
  const limited = governance.key([governance.limit(budget(1_000_000))]);
  const demand = { inputTokens: 60, likelyInputTokens: 80 };
  const estimate = (key: VirtualKey | undefined, contextTokens: number) => {
    const request = governance.request(key === undefined ? { demand } : { key, demand });
    const at = target();
    request.reserve({ ...at, facts: { id: "gpt", ...at.facts, contextTokens } });
    return request.estimatedInput();
  };
  expect(estimate(limited, 500)).toBe(60);
  expect(estimate(limited, 40)).toBe(40);
  expect(estimate(undefined, 500)).toBe(100);
  expect(estimate(undefined, 40)).toBe(40);
});

test("reserve() tells exactly when a rate limit has room again", async () => {
  const governance = scratch();
  const key = governance.key([governance.limit(rate(2))]);
  const reserve = () => governance.request({ key }).reserve(target());
  reserve();
  governance.time.machineMs += 4_250;
  reserve();
  const error = refusalOf(reserve);
  expect(error.message).toBe(
    'Cannot take the request: the rate limit of the key "ci" allows 2 requests per 16s, found 2 counted; it fits in 13 s',
  );
  expect([error.status, error.code, error.options.refusedBy?.unit]).toEqual([429, "rate_limited", "requests"]);
  expect(error.options.retryAfterS).toBe(13);
  governance.time.machineMs += 12_000;
  expect(refusalOf(reserve).options.retryAfterS).toBe(1);
  governance.time.machineMs += 1000;
  reserve();
});

test("reserve() has no SDK wait for longer than a minute's window takes, nor ask again at once", () => {
  const adviceIn = (windowMs: number) => {
    const governance = scratch();
    const key = governance.key([governance.limit({ ...rate(1), windowMs })]);
    const reserve = () => governance.request({ key }).reserve(target());
    reserve();
    return refusalOf(reserve).options;
  };
  expect(adviceIn(60_000)).not.toHaveProperty("shouldRetry");
  expect(adviceIn(3_600_000)).toMatchObject({ shouldRetry: false });
  expect(adviceIn(3_600_000).retryAfterS).toBeGreaterThan(3000);
});

test("reserve() says of a request that is larger than its token limit that it never fits", () => {
  const governance = scratch();
  const key = governance.key([governance.limit(rate(100, "tokens"))]);
  const error = refusalOf(() => governance.request({ key }).reserve(target()));
  expect(error.message).toBe(
    'Cannot take the request: the rate limit of the key "ci" allows 100 tokens per 16s, found 0 counted, needed up to 150; it never fits',
  );
  expect([error.options.shouldRetry, error.options.retryAfterS]).toEqual([false, undefined]);
});

test("reserve() refuses a target without a price under a hard budget or require_price, and lets the next one in", () => {
  const governance = scratch();
  const unpriced = { ...target("local", "own"), facts: undefined };
  const request = governance.request({ key: governance.key([governance.limit(budget(1e9))]) });
  const error = refusalOf(() => request.reserve(unpriced));
  expect([error.code, error.message]).toEqual([
    "policy_denied",
    'Cannot take the request: the price of "local/own" is not known, and the budget of the key "ci" needs one',
  ]);
  request.reserve(target());
  const strict = { settings: settingsOf({ requirePrice: true }) };
  expect(
    refusalOf(() => governance.request({ key: governance.key(), snapshot: strict }).reserve(unpriced)).message,
  ).toBe('Cannot take the request: the price of "local/own" is not known, and require_price needs one');
  governance.request({ key: governance.key([], { requirePrice: false }), snapshot: strict }).reserve(unpriced);
  governance.request({ key: governance.key([governance.limit(budget(1, "soft"))]) }).reserve(unpriced);
});

test("reserve() refuses a service tier whose price nobody knows under a hard budget", () => {
  const governance = scratch();
  const key = governance.key([governance.limit(budget(1e9))]);
  const listed = { ...plainPrice, version: "catalog:1", serviceTiers: { flex: { input: 1, output: 1 } } };
  const reserve = (serviceTier: string) =>
    governance.request({ key, demand: { serviceTier } }).reserve(target("openai", "gpt", listed));
  reserve("flex");
  reserve("auto");
  expect(refusalOf(() => reserve("priority")).message).toContain('in the service tier "priority" is not known');
});

test("reserve() holds hosted tools at their ceiling, and refuses them under a hard budget without one", () => {
  const governance = scratch();
  const limit = governance.limit(budget(1e9));
  const question = { key: governance.key([limit]), demand: { hostedTools: true } };
  expect(refusalOf(() => governance.request(question).reserve(target())).message).toBe(
    'Cannot take the request: it lets the provider of "openai/gpt" run tools or choose models of its own, whose cost has no bound; ' +
      'the budget of the key "ci" needs one, set hosted_tool_ceiling_usd',
  );
  const snapshot = { settings: settingsOf({ hostedToolCeiling: 5_000_000 }) };
  governance.request({ ...question, snapshot }).reserve(target());
  expect(governance.admin.readSlot(limit.slot.index).held).toBe(5_150_000);
});

test("reserve() holds searches by the number that the request allows, with or without a ceiling", () => {
  const governance = scratch();
  const price = { ...plainPrice, perSearch: 10_000_000 };
  const limit = governance.limit(budget(100_000_000));
  const question = { key: governance.key([limit]), demand: { hostedTools: true, searches: 3 } };
  const settings = [settingsOf(), settingsOf({ hostedToolCeiling: 90_000_000 })];
  for (const each of settings) {
    governance.request({ ...question, snapshot: { settings: each } }).reserve(target("known", "gpt", price));
  }
  expect(heldIn(governance, limit)).toBe(2 * (150_000 + 30_000_000));
  const refused = (demand: object, at: object) =>
    refusalOf(() =>
      governance.request({ ...question, demand }).reserve(target("known", "gpt", { ...plainPrice, ...at })),
    );
  expect(refused({ hostedTools: true }, { perSearch: 1 }).message).toContain(
    "or say how often they may search (max_uses)",
  );
  expect(refused(question.demand, {}).message).toEndWith("set hosted_tool_ceiling_usd");
});

test.each([
  ["as often as the request allows", { searches: 3 }, undefined, 3],
  ["as often as the ceiling pays for", {}, 50_000_000, 5],
])("no more searches are charged under a hard budget than %s", async (_, demand, hostedToolCeiling, most) => {
  const governance = scratch();
  const limit = governance.limit(budget(100_000_000));
  const settings = settingsOf(hostedToolCeiling === undefined ? {} : { hostedToolCeiling });
  const request = governance.request({
    key: governance.key([limit]),
    snapshot: { settings },
    demand: { hostedTools: true, ...demand },
  });
  request.reserve(target("known", "gpt", { ...plainPrice, perSearch: 10_000_000 }));
  const record = await request.close({ usage: { ...used(100, 50), searches: 60 } });
  expect(chargesOf(record, [limit])).toEqual([150_000 + most * 10_000_000]);
  expect(record?.usage).toMatchObject({ searches: most, estimated: true });
});

test("searches are charged as counted where no hard budget was held for them", async () => {
  const governance = scratch();
  const limit = governance.limit(budget(100_000_000, "soft"));
  const request = governance.request({ key: governance.key([limit]), demand: { hostedTools: true } });
  request.reserve(target("known", "gpt", { ...plainPrice, perSearch: 10_000_000 }));
  const record = await request.close({ usage: { ...used(100, 50), searches: 60 } });
  expect(chargesOf(record, [limit])).toEqual([600_150_000]);
});

test("reserve() holds a model that works on its own account at the ceiling, and refuses it without one", () => {
  const governance = scratch();
  const limit = governance.limit(budget(3e9));
  const key = governance.key([limit]);
  expect(refusalOf(() => governance.request({ key }).reserve(target(), { isUnbounded: true })).message).toContain(
    '"openai/gpt" searches or reasons as much as it likes',
  );
  const snapshot = { settings: settingsOf({ hostedToolCeiling: 5_000_000, defaultContextTokens: 1000 }) };
  governance.request({ key, snapshot }).reserve(target(), { isUnbounded: true });
  expect(governance.admin.readSlot(limit.slot.index).held).toBe(5_150_000 + 1_000_000);
});

test.each([
  ["the ceiling where nobody tells", undefined, {}, used(10, 10), 5_020_000],
  ["one search where it has a price", 2_000_000, {}, used(10, 10), 2_020_000],
  ["the searches that are told", 2_000_000, {}, { ...used(10, 10), searches: 2 }, 4_020_000],
  ["nothing where it would be told", 2_000_000, { tellsTools: true }, used(10, 10), 20_000],
])("hosted tools are charged %s", async (_, perSearch, more, usage, cost) => {
  const governance = scratch();
  const key = governance.key([governance.limit(budget(1e9))]);
  const snapshot = { settings: settingsOf({ hostedToolCeiling: 5_000_000 }) };
  const request = governance.request({ key, snapshot, demand: { hostedTools: true } });
  const price = perSearch === undefined ? plainPrice : { ...plainPrice, perSearch };
  request.reserve(target("openai", "gpt", price), more);
  await request.close({ usage });
  expect(governance.records[0]?.cost).toBe(cost);
});

test.each([
  ["charges a bill that was held for", 0.0001, 100_000, { billedCost: 100_000, listedCost: 20_000 }],
  [
    "charges the list price where a bill is beyond the hold",
    0.5,
    20_000,
    { billedCost: 500_000_000, listedCost: 20_000 },
  ],
])("a request %s", async (_, dollars, cost, told) => {
  const governance = scratch();
  const limit = governance.limit(budget(1e9));
  const at = target();
  const request = governance.request({ key: governance.key([limit]) });
  request.reserve({ ...at, provider: { ...at.provider, bill: "usage.cost" } });
  await request.close({ usage: { ...used(10, 10), bill: { field: "usage.cost", dollars } } });
  expect(governance.records[0]).toMatchObject({ cost, ...told });
  expect(governance.admin.readSlot(limit.slot.index).charged).toBe(cost);
});

test("a bill of a provider that is not asked for one is not looked at", async () => {
  const governance = scratch();
  const request = governance.request();
  request.reserve(target());
  await request.close({ usage: { ...used(10, 10), bill: { field: "usage.cost", dollars: 9 } } });
  expect(governance.records[0]).toMatchObject({ cost: 20_000 });
  expect(governance.records[0]).not.toHaveProperty("billedCost");
});

test("reserve() tops up: what earlier attempts used stays held beside the next one's worst case", async () => {
  const governance = scratch();
  const limits = {
    all: governance.limit(budget(400_000)),
    gpt: governance.limit({ ...budget(400_000), match: { model: "openai/*" } }),
    requests: governance.limit(rate(10)),
    attempts: governance.limit({ ...rate(10), match: { provider: "openai" } }),
    running: governance.limit({ ...concurrency(10), match: { provider: "openai" } }),
  };
  const request = governance.request({ key: governance.key(Object.values(limits)) });
  const held = () => Object.values(limits).map((limit) => heldIn(governance, limit));
  request.reserve(target());
  expect(held()).toEqual([150_000, 150_000, 1, 1, 1]);
  request.failed(used(100, 0));
  request.reserve(target());
  expect(held()).toEqual([250_000, 250_000, 1, 2, 1]);
  request.failed(undefined);
  request.reserve(target("local"));
  expect(held()).toEqual([250_000, 100_000, 1, 2, 0]);
  request.failed(used(100, 0));
  request.failed(used(100, 0));
  // 300,000 used and 150,000 more do not fit: the attempt is not made, and what is held stays.
  expect(refusalOf(() => request.reserve(target())).code).toBe("budget_exceeded");
  expect(held()).toEqual([250_000, 100_000, 1, 2, 0]);
  await request.close({ outcome: "error", status: 502 });
  expect(chargesOf(governance.records[0], Object.values(limits))).toEqual([300_000, 100_000, 1, 2, 0]);
  expect(governance.records[0]).toMatchObject({
    cost: 300_000,
    usage: { input: 300 },
    limits: Object.values(limits).map(({ id }) => id),
  });
  expect(held()).toEqual([0, 0, 1, 2, 0]);
});

test("rateLimits() tells of no limit of which the request holds nothing", () => {
  const governance = scratch();
  const key = governance.key([governance.limit(rate(10)), governance.limit(rate(1000, "tokens"))]);
  const request = governance.request({ key, operation: "count-tokens" });
  request.reserve(target());
  expect(Object.keys(request.rateLimits() ?? {})).toEqual(["requests"]);
});

test("rateLimits() tells of the tightest limit of each unit, and of the one that refused", () => {
  const governance = scratch();
  const key = governance.key([
    governance.limit(rate(100)),
    governance.limit({ ...rate(4), windowMs: 160_000 }),
    governance.limit(rate(1000, "tokens")),
  ]);
  const request = governance.request({ key });
  request.reserve(target());
  const { machineMs, nowMs } = governance.time;
  const inMs = 17 * 10_000 - (machineMs % 10_000);
  expect(request.rateLimits()).toEqual({
    requests: { limit: 4, remaining: 3, resetInMs: inMs, resetAtMs: nowMs + inMs },
    tokens: { limit: 1000, remaining: 850, resetInMs: 17_000, resetAtMs: nowMs + 17_000 },
  });
  for (let more = 0; more < 3; more++) governance.request({ key }).reserve(target());
  const refused = governance.request({ key });
  refusalOf(() => refused.reserve(target()));
  expect(refused.rateLimits()).toMatchObject({ requests: { limit: 4, remaining: 0 } });
});
