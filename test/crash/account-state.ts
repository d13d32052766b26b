import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { firstWindowSlot } from "#core/slot-ref";
import { type LedgerAdmin, openLedgerAdmin } from "#ledger/admin";
import { readHoldPhase } from "#ledger/hold-row";
import { workerArea } from "#ledger/layout";
import type { SlotState } from "#ledger/read-slot";
import { areaWords, rowWord } from "#ledger/worker-area";
import { scaleDecimal } from "#lib/decimal";
import { recordsIn, refusalsIn } from "../harness/records-in.ts";
import type { Headgate } from "../harness/start-headgate.ts";

/** What the gateway says of its account, in every place where it says it. */
export type AccountState = {
  /** Ids that `GET /api/logs` lists, in its order. */
  readonly listed: readonly string[];
  readonly records: readonly RequestRecord[];
  /** Those among them that the instance has: all, but for log databases that were taken away from it. */
  readonly shown: readonly RequestRecord[];
  /** Of requests that were refused: a sample. */
  readonly refusals: readonly RequestRecord[];
  /** Of every key by its name, by `GET /api/me`. */
  readonly requests: ReadonlyMap<string, number>;
  readonly budgets: readonly ShownBudget[];
  /** By `GET /api/stats`. */
  readonly stats: Totals;
  readonly slots: readonly OwnedSlot[];
  readonly holdsLeft: number;
  readonly occupied: number;
};

export type Totals = { readonly requests: number; readonly tokens: number; readonly cost: number };

/** Amounts in nano-dollars or tokens. */
export type ShownBudget = {
  readonly id: string;
  readonly scope: string;
  readonly unit: "nanodollars" | "tokens";
  readonly period: string;
  readonly isTargeted: boolean;
  readonly spent: number;
  readonly held: number;
};

/** A slot of the ledger, and whose it is. */
export type OwnedSlot = { readonly slot: number; readonly owner: string; readonly state: SlotState };

/** Reads all of it, the cheap questions first: they throw for as long as something still runs. */
export async function readAccount(
  gateway: Headgate,
  keys: readonly string[],
  lostLogs: readonly string[] = [],
): Promise<AccountState> {
  const ready = await fetch(`${gateway.url}/readyz`);
  if (ready.status !== 200) throw new Error(`Not ready: ${await ready.text()}`);
  const requests = new Map<string, number>();
  for (const key of keys) {
    const { name, usage, rate_limits: limits } = await ask(gateway, "/api/me", key);
    const running = limits.filter((limit: { concurrent?: number; used: number }) => limit.concurrent && limit.used > 0);
    if (usage.running !== 0 || running.length > 0) throw new Error(`${usage.running} requests of ${name} run`);
    requests.set(name, usage.requests);
  }
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  const inFlight = Number(/^headgate_requests_in_flight (\S+)$/m.exec(metrics)?.[1] ?? Number.NaN);
  if (inFlight !== 0) throw new Error(`${inFlight} requests run, by /metrics`);
  const shown = await recordsIn(gateway.dataDir);
  const records = withLost(shown, await Promise.all(lostLogs.map(recordsIn)));
  const refusals = withLost(await refusalsIn(gateway.dataDir), await Promise.all(lostLogs.map(refusalsIn)));
  const ledger = openLedgerAdmin(join(gateway.dataDir, "ledger"), { role: "control", generation: 0 });
  return {
    requests,
    records,
    shown,
    refusals,
    slots: readSlots(gateway.dataDir, ledger),
    holdsLeft: holdsIn(ledger),
    occupied: ledger.occupants().length,
    budgets: await shownBudgets(gateway),
    stats: await shownStats(gateway),
    listed: await listedIds(gateway),
  };
}

/** A record that was taken in before a database was lost and again after it is one. */
function withLost(
  shown: readonly RequestRecord[],
  lost: readonly (readonly RequestRecord[])[],
): readonly RequestRecord[] {
  if (lost.length === 0) return shown;
  return [...new Map([...lost.flat(), ...shown].map((record) => [record.id, record])).values()];
}

export function isWindow({ slot }: OwnedSlot): boolean {
  return slot >= firstWindowSlot;
}

async function ask(gateway: Headgate, path: string, token = gateway.adminToken) {
  const response = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return JSON.parse(await response.text());
}

async function listedIds(gateway: Headgate): Promise<readonly string[]> {
  return (await pages(gateway, "/api/logs")).map(({ id }) => String(id));
}

async function pages(gateway: Headgate, path: string) {
  const all: { readonly [field: string]: unknown }[] = [];
  for (let after: string | undefined; ; ) {
    const page = await ask(gateway, `${path}?limit=1000${after === undefined ? "" : `&after=${after}`}`);
    all.push(...page.data);
    if (page.next === undefined) return all;
    after = page.next;
  }
}

async function shownBudgets(gateway: Headgate): Promise<readonly ShownBudget[]> {
  return (await pages(gateway, "/api/budgets")).map((budget) => {
    const unit = budget.spent_usd === undefined ? "tokens" : "nanodollars";
    const amount = (name: string) =>
      unit === "tokens" ? Number(budget[`${name}_tokens`]) : nanoDollars(budget[`${name}_usd`]);
    return {
      id: String(budget.id),
      scope: String(budget.scope),
      unit,
      period: String(budget.period),
      isTargeted: ["model", "provider", "provider_key", "tags"].some((field) => budget[field] !== undefined),
      spent: amount("spent"),
      held: amount("held"),
    };
  });
}

const hourMs = 3_600_000;

/** Of the time around now: the clock may have been moved by days. */
async function shownStats(gateway: Headgate): Promise<Totals> {
  const [from, to] = [-15 * 24 * hourMs, 15 * 24 * hourMs].map((ms) => new Date(Date.now() + ms).toISOString());
  const { total } = await ask(gateway, `/api/stats?from=${from}&to=${to}&interval=none`);
  return { requests: total.requests, tokens: total.tokens.total, cost: nanoDollars(total.cost_usd) };
}

function nanoDollars(text: unknown): number {
  return scaleDecimal(String(text), 9) ?? Number.NaN;
}

function readSlots(dataDir: string, ledger: LedgerAdmin): readonly OwnedSlot[] {
  const rows = rowsOf<{ owner: string; slot: number }>(join(dataDir, "config.sqlite"), "SELECT owner, slot FROM slots");
  return rows.map(({ owner, slot }) => ({ owner, slot, state: ledger.readSlot(slot) }));
}

function rowsOf<Row>(file: string, sql: string): Row[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.query<Row, []>(sql).all();
  } finally {
    database.close();
  }
}

function holdsIn({ file }: LedgerAdmin): number {
  const rows = areaWords(file).flatMap((word) =>
    Array.from({ length: workerArea.rowCount }, (_, index) => readHoldPhase(file, rowWord(word, index))),
  );
  return rows.filter((phase) => phase !== undefined).length;
}
