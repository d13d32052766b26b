import { afterAll, expect, test } from "bun:test";
import { full } from "../e2e/start-pair.ts";
import { nanodollarsOf, plain, usd, variants, worst } from "./bodies.ts";
import { burst, cycle, isWhole } from "./burst.ts";
import { expectRateLimits, expectRefusal } from "./expect-refusal.ts";
import { startGatedProvider } from "./gated-provider.ts";
import { patientProviders, startLimitedGateway } from "./limited-gateway.ts";
import { type Meter, meters } from "./meters.ts";
import { type Keys, type Limits, type Scope, scopes } from "./scopes.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";

const clients = 200;
const trials = full ? 1000 : 16;
const trialsOfSeveral = full ? 200 : 4;

const provider = startGatedProvider();
const gateway = await startLimitedGateway({
  config: {
    settings: { content_logging: "off", auth: "optional", budget_wait_ms: 200 },
    providers: patientProviders(provider.url),
  },
});
const { api, addKey } = gateway;
afterAll(() => provider.stop());

test(
  `of ${clients} clients exactly k are admitted, by every meter in every scope: ${trials} trials`,
  async () => {
    for (let trial = 0; trial < trials; trial += 1) {
      const meter = meters[trial % meters.length] ?? meters[0];
      // One scope further each round, so that 48 trials are all pairs.
      const scope = scopes[(trial + Math.floor(trial / 24)) % scopes.length] ?? scopes[0];
      const random = seededRandom(trial);
      const k = trial % 17 === 14 ? 0 : random.whole(1, clients - 1);
      await told(`trial ${trial}: ${k} by ${meter.name} of ${scope.name}`, () =>
        expectExactly(`trial-${trial}`, meter, scope, k, random),
      );
    }
    await expectNothingHeld();
  },
  full ? 1_800_000 : 240_000,
);

test(
  `several limits at once admit what the tightest does: ${trialsOfSeveral} trials`,
  async () => {
    for (let trial = 0; trial < trialsOfSeveral; trial += 1) {
      const random = seededRandom(10_000 + trial);
      await told(`trial ${trial} of several`, () => expectTightest(`several-${trial}`, random));
    }
    await expectNothingHeld();
  },
  full ? 600_000 : 240_000,
);

test("a soft budget admits until it is exceeded, a warning one always", async () => {
  const usage = { input: 100, output: 10 };
  const cost = nanodollarsOf(usage);
  const budgets = (mode: string) => [{ limit_usd: usd(5 * cost - 1), period: "1d", mode }];
  const soft = await addKey({ name: "soft", budgets: budgets("soft") });
  const warned = await addKey({ name: "warned", budgets: budgets("warn") });
  const one = async (secret: string, gated = false, count = 1) =>
    burst(gateway, provider, [secret], { variants: cycle(variants, count), usage, gated });
  for (let request = 0; request < 5; request += 1) expect((await one(soft.secret))[0]?.status).toBe(200);
  const [refused] = await one(soft.secret);
  expect(refused?.status).toBe(402);
  expect(refused?.headers.get("x-should-retry")).toBe("false");
  expect((await one(warned.secret, true, 50)).filter(({ status }) => status === 200)).toHaveLength(50);
  // What runs is not yet spent: all of them are admitted, and nobody after.
  const late = await addKey({ name: "soft-at-once", budgets: budgets("soft") });
  expect((await one(late.secret, true, 50)).filter(({ status }) => status === 200)).toHaveLength(50);
  expect((await one(late.secret, false, 20)).filter(({ status }) => status === 402)).toHaveLength(20);
  const { budgets: shown } = await api("GET", "/api/virtual-keys/soft-at-once");
  expect(shown[0]).toMatchObject({ spent_usd: plain(50 * cost), held_usd: "0", remaining_usd: "0" });
});

test("requests without a key are held against the gateway's limits", async () => {
  const k = 37;
  await api("POST", "/api/limits", { name: "anybody", provider: "ant", rate_limits: [{ requests: k, per: "1h" }] });
  const counted = variants.filter(({ model }) => model.startsWith("ant"));
  const usage = { input: 1, output: 1 };
  const answers = await burst(gateway, provider, [""], { variants: cycle(counted, clients), usage, gated: true });
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(k);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(clients - k);
  await api("DELETE", "/api/limits/anybody");
});

test.if(full)(
  "a request that comes back when retry-after says is admitted, and not a second before",
  async () => {
    const { secret } = await addKey({ name: "patient", rate_limits: [{ requests: 20, per: "1m" }] });
    const ask = async () =>
      burst(gateway, provider, [secret], { variants: cycle(variants, 40), usage: worst, gated: false });
    const first = await ask();
    const askedMs = performance.now();
    const retryAfter = Number((await ask())[0]?.headers.get("retry-after"));
    expect(first.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(retryAfter).toBeWithin(50, 65);
    await Bun.sleep(retryAfter * 1000 - 1500 - (performance.now() - askedMs));
    expect((await ask()).filter(({ status }) => status === 200)).toHaveLength(0);
    await Bun.sleep(retryAfter * 1000 - (performance.now() - askedMs) + 300);
    // All were counted within a sixteenth of the window.
    expect((await ask()).filter(({ status }) => status === 200)).not.toHaveLength(0);
  },
  240_000,
);

async function expectExactly(name: string, meter: Meter, scope: Scope, k: number, random: SeededRandom): Promise<void> {
  const limit = meter.limit(k, random.whole(0, worst.nanodollars - 1));
  const keys = await scope.make(gateway, name, { [meter.section]: [limit] });
  // Either those that run stand in the way, or what they used was all that was held for them.
  const gated = meter.isFreed || random.next() < 0.5;
  const usage = gated ? { input: random.whole(1, worst.input), output: random.whole(1, worst.output) } : worst;
  const counted = variants.filter(({ model }) => scope.provider === undefined || model.startsWith(scope.provider));
  const others = variants.filter((variant) => !counted.includes(variant));
  const seen = provider.seen();
  const answers = await burst(gateway, provider, secretsOf(keys), {
    variants: [...cycle(counted, clients), ...(others.length === 0 ? [] : cycle(others, 8))],
    usage,
    gated,
  });
  const judged = answers.slice(0, clients);
  const admitted = judged.filter(({ status }) => status === 200);
  const refused = judged.filter(({ status }) => status !== 200);
  expect(admitted).toHaveLength(k);
  const statuses = meter.code === "budget_exceeded" ? [402, 429] : [429];
  expect(refused.filter(({ status }) => !statuses.includes(status))).toEqual([]);
  expect(admitted.filter((answer) => !isWhole(answer)).map(({ text }) => text)).toEqual([]);
  expect(answers.slice(clients).filter(({ status }) => status !== 200)).toEqual([]);
  expect(provider.seen() - seen).toBe(k + answers.length - clients);
  for (const answer of refused) expectRefusal(answer, meter, scope.called(name), k, gated);
  if (meter.code === "rate_limited") for (const answer of admitted) expectRateLimits(answer, meter.name, k, k);
  const shown = await api("GET", scope.shown(name));
  expect(shown[meter.section][0]).toMatchObject(meter.spent(usage, k));
  expect(await requestsOf(keys)).toBe(k + answers.length - clients);
  // Or it would hold for the next trial too.
  if (scope.shown(name).startsWith("/api/limits/")) await api("DELETE", scope.shown(name));
}

function secretsOf([first, ...others]: Keys): readonly [string, ...string[]] {
  return [first.secret, ...others.map(({ secret }) => secret)];
}

/** By the counts of the keys, none of which still runs one. */
async function requestsOf(keys: Keys): Promise<number> {
  const shown = await Promise.all(keys.map(({ id }) => api("GET", `/api/virtual-keys/${id}`)));
  expect(shown.map(({ usage }) => usage.running)).toEqual(keys.map(() => 0));
  return shown.reduce((sum, { usage }) => sum + usage.requests, 0);
}

/** A key of a team of a customer with a tag: every scope has its limits, and requests go to either provider. */
async function expectTightest(name: string, random: SeededRandom): Promise<void> {
  const ks: number[] = [];
  const several = (isTargeted: boolean): Limits => {
    const chosen = meters.filter(() => random.next() < 0.5);
    const limit = (meter: Meter) => {
      const k = random.whole(40, 190);
      // Half of the requests go to either provider: there the limit is reached at twice the number at the least.
      const target = isTargeted ? { provider: random.oneOf(["oai", "ant"]) } : {};
      if (!isTargeted) ks.push(k);
      return { ...meter.limit(isTargeted ? 200 : k, 0), ...target };
    };
    const of = (section: Meter["section"]) => chosen.filter((meter) => meter.section === section).map(limit);
    return { budgets: of("budgets"), rate_limits: of("rate_limits") };
  };
  await api("POST", "/api/customers", { name, ...several(false) });
  await api("POST", "/api/teams", { name, customer: name, ...several(false) });
  await api("POST", "/api/limits", { name, tags: { use_case: name }, ...several(true) });
  const { id, secret } = await addKey({ name, team: name, tags: { use_case: name }, ...several(false) });
  const usage = { input: 10, output: 5 };
  const answers = await burst(gateway, provider, [secret], { variants: cycle(variants, clients), usage, gated: true });
  const admitted = Math.min(clients, ...ks);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(admitted);
  expect(answers.filter(({ status }) => ![200, 402, 429].includes(status))).toEqual([]);
  // Who was refused by one limit holds nothing in the others.
  for (const path of [`customers/${name}`, `teams/${name}`, `virtual-keys/${id}`]) {
    const { budgets, rate_limits } = await api("GET", `/api/${path}`);
    for (const state of [...budgets, ...rate_limits]) {
      const meter = meters.find(({ isOf }) => isOf in state);
      expect(state).toMatchObject(meter?.spent(usage, admitted) ?? { id: "unknown" });
    }
  }
  await api("DELETE", `/api/limits/${name}`);
}

async function expectNothingHeld(): Promise<void> {
  const metrics = await (await gateway.gateway.admin("GET", "/metrics")).text();
  expect(metrics).toMatch(/^headgate_requests_in_flight 0$/m);
}

async function told(what: string, run: () => Promise<void>): Promise<void> {
  await run().catch((error: Error) => {
    throw new Error(`${what}: ${error.message}`);
  });
}
