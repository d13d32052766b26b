import { afterEach, expect, test } from "bun:test";
import { budget, chargesOf, concurrency, heldIn, rate } from "./fixtures/plain-limits";
import {
  plainPrice,
  refusalOf,
  type ScratchGovernance,
  type ScratchRequest,
  scratchGovernance,
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

test("close() charges what was used, more than was held included, and nothing twice", async () => {
  const governance = scratch();
  const [money, tokens] = [governance.limit(budget(1e9)), governance.limit(rate(10_000, "tokens"))];
  const key = governance.key([money, tokens]);
  const request = governance.request({ key });
  request.reserve(target());
  const usage = used(300, 100);
  await Promise.all([request.close({ usage }), request.close({ usage })]);
  expect(chargesOf(governance.records[0], [money, tokens])).toEqual([400_000, 400]);
  expect(governance.records).toHaveLength(1);
  expect(governance.admin.readSlot(money.slot.index)).toMatchObject({ charged: 400_000, held: 0, holders: 0 });
  expect(heldIn(governance, tokens)).toBe(400);
  expect(governance.admin.readSlot(key.slot.index).charged).toBe(1);
});

test("close() charges no estimate beyond the output limit, which was held for", async () => {
  const governance = scratch();
  const limit = governance.limit(budget(150_000));
  const request = governance.request({ key: governance.key([limit]) });
  request.reserve(target());
  await request.close({ usage: { ...used(100, 4000), estimated: true } });
  expect(governance.records[0]).toMatchObject({ cost: 150_000, usage: { input: 100, output: 50, estimated: true } });
  expect(governance.admin.readSlot(limit.slot.index).charged).toBe(150_000);
});

test("close() records a request without a price and charges its budgets nothing", async () => {
  const governance = scratch();
  const limit = governance.limit(budget(1, "soft"));
  const request = governance.request({ key: governance.key([limit]) });
  request.reserve({ ...target(), facts: undefined });
  await finish(request);
  expect(governance.records[0]?.cost).toBeUndefined();
  expect(governance.records[0]?.usage).toEqual(used(100, 50));
  expect(chargesOf(governance.records[0], [limit])).toEqual([0]);
});

test("close() of a request that was never admitted gives its room back and notes a refusal", async () => {
  const governance = scratch();
  const limit = governance.limit(concurrency(0));
  const key = governance.key([limit]);
  const request = governance.request({ key });
  const error = refusalOf(() => request.reserve(target()));
  expect(governance.journal.state.claims).toBe(1);
  await request.close({ outcome: "error", status: 429, error });
  expect(governance.journal.state.claims).toBe(0);
  expect(governance.records).toMatchObject([
    { outcome: "refused", errorCode: "too_many_concurrent", keyId: key.id, charges: [], attempts: [] },
  ]);
  expect(governance.admin.refusals(key.slot)).toMatchObject({ concurrency: 1, other: 0 });
});

test("close() of a request that was never admitted records nothing where the journal is broken", async () => {
  const governance = scratch();
  const key = governance.key([governance.limit(concurrency(0))]);
  const request = governance.request({ key });
  const error = refusalOf(() => request.reserve(target()));
  governance.journal.state.fails = true;
  await request.close({ outcome: "error", status: 429, error });
  expect([governance.journal.state.claims, governance.records.length]).toEqual([0, 0]);
  expect(governance.admin.refusals(key.slot)).toMatchObject({ concurrency: 1 });
});

test("close() calls back once the request is settled, also where nothing was held", async () => {
  const governance = scratch();
  const limit = governance.limit(concurrency(1));
  const request = governance.request({ key: governance.key([limit]) });
  const held: number[] = [];
  const look = () => held.push(governance.admin.readSlot(limit.slot.index).held);
  request.reserve(target());
  void finish(request);
  await request.closed.then(look);
  const refused = governance.request();
  void refused.close({ outcome: "error", status: 429 });
  await refused.closed.then(look);
  expect(held).toEqual([0, 0]);
});

test("close() charges nothing where the journal fails", async () => {
  const governance = scratch();
  const limit = governance.limit(budget(1e9));
  const request = governance.request({ key: governance.key([limit]) });
  request.reserve(target());
  governance.journal.state.fails = true;
  await expect(finish(request)).rejects.toThrow("disk full");
  expect(governance.admin.readSlot(limit.slot.index)).toMatchObject({ charged: 0, held: 0 });
});

test("close() records price version, service tier, key, SDK and trace", async () => {
  const governance = scratch();
  const headers = {
    "user-agent": "OpenAI/JS 7.57.0",
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  };
  const price = { ...plainPrice, serviceTiers: { priority: { input: 2_000_000, output: 2_000_000 } } };
  const snapshot = { teams: new Map([["search", { name: "search", customer: "acme", limits: [] }]]) };
  const request = governance.request({ key: governance.key([], { team: "search" }), headers, snapshot });
  request.reserve(target("openai", "gpt", price));
  await request.close({ usage: used(100, 50), serviceTier: "priority" });
  expect(governance.records[0]).toMatchObject({
    cost: 300_000,
    priceVersion: "test:1",
    serviceTier: "priority",
    providerKey: "main",
    customer: "acme",
    sdk: "openai-js 7.57.0",
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  });
});

test("a token count is charged nothing and not stopped by a spent budget, but counts as a request", async () => {
  const governance = scratch();
  const limits = [governance.limit(budget(0)), governance.limit(rate(1))];
  const key = governance.key(limits);
  const request = governance.request({ key, operation: "count-tokens" });
  request.reserve(undefined);
  await request.close();
  expect(chargesOf(governance.records[0], limits)).toEqual([0, 1]);
  expect(refusalOf(() => governance.request({ key, operation: "count-tokens" }).reserve(target())).code).toBe(
    "rate_limited",
  );
});

test("random histories: the sum of all charges is what the ledger has, and no hold is left", async () => {
  const governance = scratch();
  const random = numbers(7);
  const limits = [
    governance.limit(budget(20_000_000)),
    governance.limit(budget(9_000, "hard", "tokens")),
    governance.limit({ ...budget(5_000_000), match: { model: "local/*" } }),
    governance.limit(budget(1_000_000, "soft")),
    governance.limit(concurrency(6)),
    governance.limit({ ...rate(60), windowMs: 160_000 }),
  ];
  const keys = [governance.key(limits), governance.key(limits.slice(0, 3)), governance.key(limits.slice(2))];
  const running = new Set<ScratchRequest>();
  for (let step = 0; step < 600; step++) {
    governance.time.nowMs += Math.floor(random() * 600_000);
    governance.time.machineMs += Math.floor(random() * 4_000);
    const one = [...running][Math.floor(random() * running.size)];
    if (one !== undefined && random() < 0.5) {
      running.delete(one);
      const usage = random() < 0.9 ? used(Math.floor(random() * 120), Math.floor(random() * 60)) : undefined;
      await one.close(usage === undefined ? {} : { usage });
      continue;
    }
    const key = keys[Math.floor(random() * keys.length)] ?? governance.key();
    const request = one !== undefined && random() < 0.5 ? one : governance.request({ key, worker: step % 2 });
    if (request === one) request.failed(used(Math.floor(random() * 90), 0));
    try {
      request.reserve(target(random() < 0.5 ? "openai" : "local"));
      running.add(request);
    } catch {
      if (!running.has(request)) await request.close({ outcome: "error", status: 429 });
    }
    for (const { slot, amount, ...limit } of limits) {
      const state = governance.admin.readSlot(slot.index);
      if (limit.kind === "budget" && limit.mode === "hard")
        expect(state.charged + state.held).toBeLessThanOrEqual(amount);
    }
  }
  for (const request of running) await request.close();
  expect(governance.records.length).toBeGreaterThan(50);
  const counted = [
    ...limits.filter(({ kind }) => kind !== "concurrency").map(({ slot }) => slot),
    ...keys.map(({ slot }) => slot),
  ];
  for (const { index } of counted) {
    const charges = governance.records.flatMap(({ charges }) => charges).filter(({ slot }) => slot === index);
    const { charged, held, holders, past, previous } = governance.admin.readSlot(index);
    expect([past + previous.charged + charged, held, previous.held, holders]).toEqual([sum(charges), 0, 0, 0]);
  }
  expect(governance.admin.readSlot(limits[4]?.slot.index ?? 0)).toMatchObject({ held: 0, holders: 0 });
  expect(governance.journal.state.claims).toBe(0);
});

function sum(charges: readonly { readonly amount: number }[]): number {
  return charges.reduce((total, { amount }) => total + amount, 0);
}

/** Repeatable numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
