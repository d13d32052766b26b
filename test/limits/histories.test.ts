import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RequestRecord } from "#core/record";
import { full } from "../e2e/start-pair.ts";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { recordsIn } from "../harness/records-in.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { chargesBySlot, ledgerAccount } from "./account.ts";
import { usd } from "./bodies.ts";
import { type HandAttempt, type HandPrice, handAttempts } from "./hand-account.ts";
import { type Key, startLimitedGateway } from "./limited-gateway.ts";
import { mishapRules, mishaps } from "./mishaps.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import { openWallClock } from "./wall-clock.ts";
import { everybody, isGold, ofCustomer, ofKey, ofTeam, sectionsOf, watchedScopes } from "./watched-limits.ts";

const hourMs = 3_600_000;
const mostOfCustomer = 0.9;
const clients = 24;
const requests = full ? 20_000 : 700;
const seed = Number(process.env.HEADGATE_TEST_SEED ?? Math.floor(Math.random() * 1e9));

const fake = await startFakeProvider();
const provider = (id: string, dialect: string, price: object, keys: readonly string[]) => ({
  dialect,
  base_url: `${fake.url}/as/${id}/v1`,
  keys: keys.map((value, index) => ({ name: `${id}-${index}`, value })),
  retries: { max: 1, backoff_initial_ms: 1, backoff_max_ms: 5 },
  timeouts: { connect_ms: 3000, headers_ms: 500, first_token_ms: 500, idle_ms: 300 },
  models: [
    { id: "fake-gpt", price, context: 200_000, max_output: 4000 },
    { id: "fake-gpt-mini", context: 200_000, max_output: 4000 },
  ],
});
const scratch = mkdtempSync(join(tmpdir(), "headgate-histories-"));
const dataDir = join(scratch, "data");
const clock = openWallClock(dataDir);
const { api, addKey, ask } = await startLimitedGateway({
  dataDir,
  program: fileURLToPath(new URL("moved-headgate.ts", import.meta.url)),
  config: {
    settings: { content_logging: "off" },
    providers: {
      one: provider("one", "openai-chat", { input: 0.123457, output: 2.000001, cache_read: 0.05 }, [
        "sk-fake-one",
        "sk-fake-two",
      ]),
      two: provider("two", "openai-chat", { input: 1, output: 3, reasoning: 5.5 }, ["sk-fake-one"]),
      ant: provider("ant", "anthropic-messages", { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 }, [
        "sk-fake-three",
      ]),
    },
    routes: [
      { alias: "chain", targets: [{ model: "one/fake-gpt" }], fallbacks: ["ant/fake-gpt", "two/fake-gpt"] },
      { alias: "other", targets: [{ model: "ant/fake-gpt" }], fallbacks: ["one/fake-gpt", "two/fake-gpt-mini"] },
    ],
  },
});
afterAll(async () => {
  await fake.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const prices: { readonly [target: string]: HandPrice } = {
  "one/fake-gpt": { input: 123_457n, output: 2_000_001n, cacheRead: 50_000n },
  "two/fake-gpt": { input: 1_000_000n, output: 3_000_000n, reasoning: 5_500_000n },
  "ant/fake-gpt": { input: 3_000_000n, output: 15_000_000n, cacheRead: 300_000n, cacheWrite: 3_750_000n },
};

const scopes = watchedScopes(Math.floor(requests / 700));
await fake.script(...mishapRules);

test(
  `a random history of ${requests} requests adds up everywhere`,
  async () => {
    const keys = await configure();
    const costs = new Map<string, string>();
    const statuses = new Map<number, number>();
    let begun = 0;
    const client = async (index: number) => {
      const random = seededRandom(seed + index);
      while (begun < requests) {
        begun += 1;
        if (begun % 100 === 0) await meddle(random);
        const answered = await request(random, random.oneOf(keys)).catch(() => undefined);
        statuses.set(answered?.status ?? 0, (statuses.get(answered?.status ?? 0) ?? 0) + 1);
        if (answered?.cost !== undefined) costs.set(answered.id, answered.cost);
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
    const records = await allRecords();
    process.stdout.write(`seed ${seed}: ${records.length} records of ${begun} requests ${story(records, statuses)}\n`);
    const accounts = records.map((record) => ({ record, attempts: handAttempts(record, (target) => prices[target]) }));
    expect(new Set(records.map(({ worker }) => worker)).size).toBe(4);
    expectCosts(accounts, costs);
    expectLedger(records);
    await expectLimits(accounts);
    await expectSpend(records);
    const asked = (await fake.log()).length;
    const made = records.reduce((sum, { attempts }) => sum + attempts.length, 0);
    const left = records.filter(({ outcome }) => outcome === "client-gone").length;
    expect(asked).toBeWithin(made - left, made + 1);
  },
  full ? 1_800_000 : 240_000,
);

type Account = { readonly record: RequestRecord; readonly attempts: readonly HandAttempt[] };

async function configure(): Promise<readonly [Key, ...Key[]]> {
  const keys: Key[] = [];
  for (const { path, entry, watched } of scopes) {
    const spec = { ...entry, ...sectionsOf(watched) };
    if (path === "virtual-keys") keys.push(await addKey(spec));
    else await api("POST", `/api/${path}`, spec);
  }
  const [first, ...others] = keys;
  if (first === undefined) throw new Error("there are no keys");
  return [first, ...others];
}

/** What may happen at any time: another amount for a limit, a key that goes to another team, a clock that is set. */
async function meddle(random: SeededRandom): Promise<void> {
  const [customer] = scopes;
  if (customer === undefined) return;
  const { budgets, rate_limits } = sectionsOf(customer.watched);
  const changed = [{ ...budgets[0], limit_usd: random.whole(1, 100 * mostOfCustomer) / 100 }, ...budgets.slice(1)];
  await api("PATCH", "/api/customers/acme", { budgets: changed, rate_limits });
  await api("PATCH", "/api/virtual-keys/red-b", { team: random.oneOf(["red", "blue", null]) });
  clock.set(Date.now() + random.whole(-hourMs, hourMs));
}

async function request(random: SeededRandom, { secret }: Key) {
  const path = random.oneOf(["/v1/chat/completions", "/v1/messages"]);
  const stream = random.next() < 0.5;
  const fitting = mishaps.filter((mishap) => mishap.stream === undefined || mishap.stream === stream);
  const mishap = random.next() < 0.5 ? fitting[random.whole(0, fitting.length - 1)]?.mark : undefined;
  const prompt = [
    mishap ?? "",
    `[[words:${random.whole(1, 30)}]]`,
    random.next() < 0.3 ? `[[cached:${random.whole(1, 6)}]]` : "",
    random.next() < 0.2 ? "[[think:so many things]]" : "",
    "some words that count ".repeat(random.whole(1, 40)),
  ].join(" ");
  const body = {
    model: random.oneOf([
      "chain",
      "chain",
      "chain",
      "other",
      "other",
      "one/fake-gpt",
      "two/fake-gpt",
      "two/fake-gpt-mini",
    ]),
    max_tokens: random.whole(40, 400),
    ...(stream ? { stream } : {}),
    messages: [{ role: "user", content: prompt }],
  };
  const abort = new AbortController();
  const leaving = random.next() < 0.15 ? setTimeout(() => abort.abort(), random.whole(0, 120)) : undefined;
  try {
    const response = await ask(secret, path, JSON.stringify(body), abort.signal);
    await response.text();
    return {
      status: response.status,
      id: response.headers.get("x-headgate-id") ?? "",
      cost: response.headers.get("x-headgate-cost") ?? undefined,
    };
  } finally {
    clearTimeout(leaving);
  }
}

/** Once nothing runs, and all that was counted is recorded. */
function allRecords(): Promise<readonly RequestRecord[]> {
  return waitUntil(
    "all records",
    async () => {
      const { data } = await api("GET", "/api/virtual-keys?limit=100");
      const usage = data.map((key: { usage: { requests: number; running: number } }) => key.usage);
      const sum = (field: "requests" | "running") =>
        usage.reduce((total: number, one: { requests: number; running: number }) => total + one[field], 0);
      if (sum("running") > 0) return undefined;
      const records = await recordsIn(dataDir);
      return records.length === sum("requests") ? records : undefined;
    },
    20_000,
    200,
  );
}

function expectCosts(accounts: readonly Account[], told: ReadonlyMap<string, string>): void {
  for (const { record, attempts } of accounts) {
    const used = attempts.filter(({ tokens }) => tokens > 0);
    const isPriced = used.every(({ cost }) => cost !== undefined);
    const cost = attempts.reduce((sum, attempt) => sum + (attempt.cost ?? 0n), 0n);
    if (record.cost !== undefined) expect([record.id, BigInt(record.cost)]).toEqual([record.id, cost]);
    else expect([record.id, isPriced ? cost : 0n]).toEqual([record.id, 0n]);
    const header = told.get(record.id);
    if (header !== undefined && record.cost !== undefined) expect(usd(record.cost)).toBe(Number(header).toFixed(9));
  }
  expect(told.size).toBeGreaterThan(50);
}

function expectLedger(records: readonly RequestRecord[]): void {
  const charges = chargesBySlot(records);
  const { charged, leftOver } = ledgerAccount(dataDir, charges.keys());
  expect(leftOver).toEqual([]);
  expect(charged).toEqual(charges);
}

async function expectLimits(accounts: readonly Account[]): Promise<void> {
  const idsOf = new Map<string, string[]>(accounts.map(({ record }) => [record.id, []]));
  for (const { path, entry, watched } of scopes) {
    const { name } = entry;
    const shown = await api("GET", `/api/${path}/${name}`);
    // In the order in which they were configured.
    const places = { budgets: 0, rate_limits: 0 };
    for (const { holds, counts, limit } of watched) {
      const section = "period" in limit ? "budgets" : "rate_limits";
      const state = shown[section][places[section]++];
      const held = accounts.filter(({ record }) => holds(record));
      const matching = held.map(({ record, attempts }) => ({ record, attempts: attempts.filter(counts ?? everybody) }));
      for (const { record, attempts } of matching) if (attempts.length > 0) idsOf.get(record.id)?.push(state.id);
      const attempts = matching.flatMap((one) => one.attempts);
      const tokens = attempts.reduce((sum, attempt) => sum + attempt.tokens, 0);
      const cost = attempts.reduce((sum, attempt) => sum + (attempt.cost ?? 0n), 0n);
      const found = "spent_usd" in state ? dollarsToNano(state.spent_usd) : (state.spent_tokens ?? state.used);
      const wanted = () => {
        if ("limit_usd" in limit) return cost;
        if ("limit_tokens" in limit || "tokens" in limit) return tokens;
        if ("concurrent" in limit) return 0;
        return counts === undefined ? held.length : attempts.length;
      };
      expect([state.id, found]).toEqual([state.id, wanted()]);
      if ("period" in limit) expect([state.held_usd ?? "0", state.held_tokens ?? 0]).toEqual(["0", 0]);
      const isHard = "period" in limit && !("mode" in limit);
      // The customer's was changed on the way.
      const dollars = "limit_usd" in limit ? Number(name === "acme" ? mostOfCustomer : limit.limit_usd) : 0;
      if (isHard && "limit_usd" in limit) expect(Number(cost)).toBeLessThanOrEqual(Math.round(dollars * 1e9));
      if (isHard && "limit_tokens" in limit) expect(tokens).toBeLessThanOrEqual(Number(limit.limit_tokens));
    }
  }
  for (const { record } of accounts)
    expect([record.id, [...(record.limits ?? [])].sort()]).toEqual([
      record.id,
      [...(idsOf.get(record.id) ?? [])].sort(),
    ]);
}

async function expectSpend(records: readonly RequestRecord[]): Promise<void> {
  const from = new Date(Date.now() - 2 * hourMs).toISOString();
  const to = new Date(Date.now() + 2 * hourMs).toISOString();
  const costOf = (some: readonly RequestRecord[]) => some.reduce((sum, { cost = 0 }) => sum + BigInt(cost), 0n);
  const compare = async (scope: string, some: readonly RequestRecord[]) => {
    const spend = await api("GET", `/api/spend?scope=${scope}&from=${from}&to=${to}`);
    expect([scope, spend.requests, dollarsToNano(spend.cost_usd)]).toEqual([scope, some.length, costOf(some)]);
  };
  for (const { path, entry } of scopes) {
    const { name } = entry;
    if (path === "virtual-keys") await compare(`key:${name}`, records.filter(ofKey(name)));
    if (path === "teams") await compare(`team:${name}`, records.filter(ofTeam(name)));
    if (path === "customers") await compare(`customer:${name}`, records.filter(ofCustomer));
  }
  await compare("limit:gold", records.filter(isGold));
  const stats = await api("GET", `/api/stats?from=${from}&to=${to}&interval=none`);
  expect([stats.total.requests, dollarsToNano(stats.total.cost_usd)]).toEqual([records.length, costOf(records)]);
}

function dollarsToNano(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** How varied the history was, for whoever reads the test's output. */
function story(records: readonly RequestRecord[], statuses: ReadonlyMap<number, number>): string {
  const count = (names: readonly string[]) =>
    [...new Set(names)].map((name) => `${name} ${names.filter((other) => other === name).length}`).join(", ");
  const attempts = count(records.map((record) => `${record.attempts.length}`));
  const answered = [...statuses].map(([status, times]) => `${status} ${times}`).join(", ");
  return `(${count(records.map(({ outcome }) => outcome))}; attempts ${attempts}; clients saw ${answered})`;
}
