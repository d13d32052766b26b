import { afterAll, expect, test } from "bun:test";
import { type FakeProvider, startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { oldConfig, oldKeys } from "./old-config.ts";
import { type Expected, readAnswer, readShown, type Shape } from "./shown-state.ts";
import { unpackFixture } from "./unpack-fixture.ts";

const provider = await startFakeProvider();
afterAll(() => provider.stop());

for (const name of ["clean", "killed"]) {
  test(`this version finds all that the data directory "${name}" of an earlier one holds, and goes on with it`, async () => {
    const { dataDir, expected, remove } = unpackFixture(name);
    const gateway = await startHeadgate({ dataDir, config: oldConfig(provider.url), workers: 1 });
    try {
      expect(gateway.output()).not.toContain("made a new ledger");
      await expectRecords(gateway, expected);
      await expectConfiguration(gateway, expected);
      await expectBudgets(gateway, expected);
      await expectAudit(gateway, expected);
      await expectKeys(gateway);
      await expectKeptAnswer(gateway, expected);
      await expectServed(gateway, provider);
      expect(await gateway.stop()).toBe(0);
    } finally {
      await gateway.stop();
      remove();
    }
  }, 240_000);
}

/** What was ingested, what was complete but not ingested, and what ran when the worker was killed. */
async function expectRecords(gateway: Headgate, expected: Expected): Promise<void> {
  const { records: old, waiting = [], cut, silent = 0 } = expected;
  const wanted = old.length + waiting.length + cut.length + silent;
  const shown = await waitUntil("all records", async () => {
    const now = await readShown(gateway);
    return now.records.length >= wanted && now;
  });
  const found = new Map(shown.records.map((record) => [record.id, record]));
  expect(shown.records).toHaveLength(wanted);
  for (const record of old) expect(found.get(record.id)).toMatchObject(record);
  for (const id of waiting) expect(found.get(id)).toMatchObject({ outcome: "ok", status: 200, provider: "filed" });
  for (const id of cut)
    expect(found.get(id)).toMatchObject({ outcome: "interrupted", key_name: "test", usage: { estimated: true } });
  const interrupted = shown.records.filter(({ outcome }) => outcome === "interrupted");
  expect(interrupted).toHaveLength(cut.length + silent);

  const { requests, cost_usd: cost, tokens } = shown.stats;
  expect(requests).toBe(wanted);
  expect(toNanoDollars(cost)).toBe(sum(shown.records, (record) => toNanoDollars(record.cost_usd ?? "0")));
  if (wanted === old.length) expect({ cost_usd: cost, tokens }).toMatchObject(pickStats(expected.stats));
}

function pickStats({ cost_usd, tokens }: Shape): Shape {
  return { cost_usd, tokens };
}

/** Lists are the same but for what was counted meanwhile and for the place of the provider that the file declares. */
async function expectConfiguration(gateway: Headgate, expected: Expected): Promise<void> {
  const { lists, settings } = await readShown(gateway);
  for (const [path, old] of Object.entries(expected.lists)) {
    expect(lists[path]).toHaveLength(old.length);
    expect(lists[path]).toMatchObject(old.map(withoutCounts));
  }
  expect(settings).toMatchObject(expected.settings);
}

const counted = ["usage", "budgets", "used", "remaining"];

function withoutCounts(entry: Shape): Shape {
  if (Array.isArray(entry)) return entry.map(withoutCounts);
  if (typeof entry !== "object" || entry === null) return entry;
  const isFiled = entry.id === "filed";
  return Object.fromEntries(
    Object.entries(entry)
      .filter(([name]) => !counted.includes(name) && !(isFiled && name === "base_url"))
      .map(([name, value]) => [name, withoutCounts(value)]),
  );
}

/** Those without a period show what they showed; that of the key whose requests were cut, the cost of its records. */
async function expectBudgets(gateway: Headgate, expected: Expected): Promise<void> {
  const { budgets, records } = await readShown(gateway);
  const found = new Map(budgets.map((budget) => [budget.id, budget]));
  expect([...found.keys()].toSorted()).toEqual(expected.budgets.map(({ id }) => id).toSorted());
  for (const old of expected.budgets) {
    const { limit_usd, limit_tokens, top_ups_usd, override } = old;
    expect(found.get(old.id)).toMatchObject(defined({ limit_usd, limit_tokens, top_ups_usd, override }));
    if (old.period === "none" && old.scope !== "key:test") expect(found.get(old.id)).toMatchObject(old);
  }
  const mine = records.filter(({ key_name }) => key_name === "test");
  const spent = sum(mine, ({ cost_usd }) => toNanoDollars(cost_usd ?? "0"));
  const own = found.get("key:file:test/budget/usd/none");
  expect([toNanoDollars(own.spent_usd), toNanoDollars(own.held_usd)]).toEqual([spent, 0]);
}

async function expectAudit(gateway: Headgate, { audit }: Expected): Promise<void> {
  const verdict = await readAnswer(gateway, `/api/audit/verify?hash=${audit.head}`);
  expect(verdict).toMatchObject({ ok: true, found: true });
  expect(verdict.events).toBeGreaterThanOrEqual(audit.events);
}

/** A secret that was replaced works until its grace ends; one that was revoked does not. */
async function expectKeys(gateway: Headgate): Promise<void> {
  const statuses = Object.entries(oldKeys).map(async ([name, secret]) => [
    name,
    (await chat(gateway, "demo/echo", secret)).status,
  ]);
  expect(Object.fromEntries(await Promise.all(statuses))).toEqual({
    file: 200,
    rotated: 200,
    rotatedBefore: 200,
    revoked: 401,
    limited: 200,
  });
  const own = await fetch(`${gateway.url}/api/me`, { headers: { authorization: `Bearer ${oldKeys.limited}` } });
  expect(await own.json()).toMatchObject({ name: "limited", team: "search" });
  const token = { headers: { authorization: "Bearer upgrade-metrics-token-0123456789" } };
  expect((await fetch(`${gateway.url}/metrics`, token)).status).toBe(200);
}

async function expectKeptAnswer(gateway: Headgate, { idempotent }: Expected): Promise<void> {
  const again = await fetch(`${gateway.url}/api/virtual-keys`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${gateway.adminToken}`,
      "content-type": "application/json",
      "idempotency-key": "upgrade-once",
    },
    body: JSON.stringify({ name: idempotent.name }),
  });
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([idempotent.status, "true"]);
  expect(await again.json()).toEqual(idempotent.body);
}

/** Provider keys can be decrypted, routes lead somewhere, and budgets count on. */
async function expectServed(gateway: Headgate, { url, log }: FakeProvider): Promise<void> {
  const changed = await gateway.admin("PATCH", "/api/providers/own", { base_url: `${url}/v1` });
  expect([changed.status, await changed.text()]).toEqual([200, expect.any(String)]);
  const response = await chat(gateway, "own-route", oldKeys.limited);
  expect([response.status, response.headers.get("x-headgate-provider")]).toEqual([200, "own"]);
  expect((await log()).at(-1)?.headers.authorization).toMatch(/^Bearer sk-fake-(one|two)$/);
  const id = response.headers.get("x-headgate-id");
  await waitUntil("the record", async () =>
    (await readAnswer(gateway, "/api/logs")).data.some((one: Shape) => one.id === id),
  );
}

function chat(gateway: Headgate, model: string, secret: string): Promise<Response> {
  const body = { model, max_tokens: 50, messages: [{ role: "user", content: "still there" }] };
  return gateway.post("/v1/chat/completions", body, { authorization: `Bearer ${secret}` });
}

function defined(fields: Shape): Shape {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function toNanoDollars(text: string): number {
  return Math.round(Number(text) * 1e9);
}

function sum(entries: readonly Shape[], amount: (entry: Shape) => number): number {
  return entries.reduce((total, entry) => total + amount(entry), 0);
}
