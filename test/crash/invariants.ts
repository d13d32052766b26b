import type { RequestRecord } from "#core/record";
import { inputTotal, outputTotal } from "#core/usage";
import { windowParts } from "#ledger/ledger";
import type { Headgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { type AccountState, isWindow, type OwnedSlot, readAccount } from "./account-state.ts";
import type { Witness } from "./traffic.ts";

/** What there is to account for. */
export type Case = {
  readonly gateway: Headgate;
  readonly workers: number;
  readonly witness: Witness;
  /** How many requests the provider saw. */
  readonly sentOn: number;
  /** Secrets of the virtual keys that were used; otherwise the gateway's own. */
  readonly keys?: readonly string[];
  /** Directories of log databases that were taken away: their records count, but the API does not tell of them. */
  readonly lostLogs?: readonly string[];
  /** Windows began empty when the ledger was made anew, so more fits in one than its limit says. */
  readonly areWindowsForgotten?: boolean;
  /** The clock was moved: budgets show a period that has begun, or one that is over, in place of that of the last request. */
  readonly isClockMoved?: boolean;
};

/** What was found when everything held. */
export type Account = { readonly records: number; readonly interrupted: number; readonly charged: number };

/**
 * Waits until ingestion has caught up and all invariants of ledger and journal hold, once the traffic has ended. Throws
 * with those that do not.
 */
export async function expectInvariants(given: Case, timeoutMs = 15_000): Promise<Account> {
  let problems: readonly string[] = [];
  const held = async (): Promise<Account | undefined> => {
    const keys = given.keys ?? [given.gateway.key];
    const state = await readAccount(given.gateway, keys, given.lostLogs).catch((error: Error) => error.message);
    problems = typeof state === "string" ? [state] : problemsIn(state, given);
    return typeof state === "string" || problems.length > 0 ? undefined : accountOf(state);
  };
  return await waitUntil("the invariants to hold", held, timeoutMs, 100).catch((error: Error) => {
    throw new Error(`${error.message}:\n${problems.join("\n")}`);
  });
}

function problemsIn(state: AccountState, given: Case): string[] {
  return [
    ...answerProblems(state, given),
    ...recordProblems(state, given),
    ...refusalProblems(state, given),
    ...ledgerProblems(state, given),
    ...budgetProblems(state, given),
    ...complain("hold rows left", state.holdsLeft, 0),
    ...complain("worker areas taken", state.occupied, given.workers),
  ];
}

/** Every answer that a client has in full has one record; a refused one has none, or one that says so. */
function answerProblems({ listed, records, shown }: AccountState, { witness, sentOn }: Case): string[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const unrecorded = [...witness.complete, ...witness.failed].filter((id) => !byId.has(id));
  const notOk = [...witness.complete].filter((id) => byId.has(id) && byId.get(id)?.outcome !== "ok");
  // A drain also ends what waits for a provider's first byte: let in, so recorded.
  const wasLetIn = (id: string, code: string) => code === "draining" && byId.get(id)?.errorCode === code;
  const recordedRefusals = [...witness.refused].filter(([id, code]) => byId.has(id) && !wasLetIn(id, code));
  const finished = witness.complete.size + witness.failed.size + witness.refused.size;
  const recorded = [...witness.complete, ...witness.failed].filter((id) => byId.has(id)).length;
  const mostAttempts = Math.max(1, ...records.map(({ attempts }) => attempts.length));
  const attempts = records.reduce((sum, record) => sum + (isInterrupted(record) ? mostAttempts : made(record)), 0);
  return [
    ...complain("answers without a record", unrecorded.length, 0, unrecorded),
    ...complain("complete answers whose record says otherwise", notOk.length, 0, notOk),
    ...complain(
      "refused requests with a record of a request",
      recordedRefusals.length,
      0,
      recordedRefusals.map(([id, code]) => `${id} ${code}: ${JSON.stringify(byId.get(id))}`),
    ),
    ...complain("recorded + refused (finished is expected)", recorded + witness.refused.size, finished),
    ...complain("distinct ids in GET /api/logs", new Set(listed).size, listed.length),
    ...complain("records in the log store (as listed)", shown.length, listed.length),
    ...(sentOn > attempts ? [`the provider saw ${sentOn} requests, ${attempts} are recorded`] : []),
  ];
}

function made({ attempts }: RequestRecord): number {
  return Math.max(1, attempts.length);
}

/** Interrupted requests are accounted for as others are; sums by key and roll-ups are those of the records. */
function recordProblems({ records, shown, requests, stats }: AccountState, { keys = [] }: Case): string[] {
  const bare = records.filter((record) => isInterrupted(record) && !isFull(record));
  const known = records.filter(({ keyName = "" }) => requests.has(keyName));
  return [
    ...complain(
      "interrupted records that lack key, target, usage or cost",
      bare.length,
      0,
      bare.map((record) => JSON.stringify(record)),
    ),
    ...(keys.length === 0 ? [] : complain("records of other keys", records.length - known.length, 0)),
    ...[...requests].flatMap(([name, counted]) =>
      complain(`requests of ${name} by GET /api/me`, counted, records.filter((one) => one.keyName === name).length),
    ),
    ...complain("requests by GET /api/stats", stats.requests, shown.length),
    ...complain("tokens by GET /api/stats", stats.tokens, sumOf(shown, tokensOf)),
    ...complain("cost by GET /api/stats", stats.cost, sumOf(shown, costOf)),
  ];
}

/** A record of a refusal charges nothing, tells of no attempt, and is of no request that was let in. */
function refusalProblems({ refusals, records }: AccountState, { witness }: Case): string[] {
  const recorded = new Set(records.map(({ id }) => id));
  const letIn = refusals.filter(({ id }) => recorded.has(id) || witness.complete.has(id) || witness.failed.has(id));
  const used = refusals.filter(({ charges, attempts, usage, cost }) => {
    return charges.length > 0 || attempts.length > 0 || usage !== undefined || cost !== undefined;
  });
  const told = refusals.filter(({ id, errorCode }) => (witness.refused.get(id) ?? errorCode) !== errorCode);
  return [
    ...complain("records of refusals whose request was let in", letIn.length, 0, idsOf(letIn)),
    ...complain("records of refusals that used something", used.length, 0, idsOf(used)),
    ...complain("records of refusals with another error than the client got", told.length, 0, idsOf(told)),
    ...complain("distinct records of refusals", new Set(idsOf(refusals)).size, refusals.length),
  ];
}

function idsOf(records: readonly RequestRecord[]): readonly string[] {
  return records.map(({ id }) => id);
}

function isInterrupted({ outcome }: RequestRecord): boolean {
  return outcome === "interrupted";
}

function isFull({ keyId, keyName, provider, model, providerKey, usage, cost, endpoint }: RequestRecord): boolean {
  const isNamed = [keyId, keyName, provider, model, providerKey].every((name) => name !== undefined && name !== "");
  return isNamed && endpoint !== "unknown" && usage?.estimated === true && cost !== undefined;
}

/** By period; those of windows by sixteenth. */
type Charges = ReadonlyMap<number, number>;

function ledgerProblems({ slots, records }: AccountState, { areWindowsForgotten = false }: Case): string[] {
  const all = new Map<string, Map<number, number>>();
  for (const { slot, tag, period, amount } of records.flatMap(({ charges }) => charges)) {
    const sums = all.get(`${slot}:${tag}`) ?? new Map<number, number>();
    all.set(`${slot}:${tag}`, sums.set(period, (sums.get(period) ?? 0) + amount));
  }
  return slots.flatMap((owned) =>
    slotProblems(owned, all.get(`${owned.slot}:${owned.state.tag}`) ?? new Map(), areWindowsForgotten),
  );
}

/** A slot has charged what the records say, in their periods, holds nothing, and was never over its limit. */
function slotProblems(owned: OwnedSlot, charges: Charges, areWindowsForgotten: boolean): string[] {
  const { owner, state } = owned;
  const { held, previous, holders, allowance, mode } = state;
  const amounts = [state.charged, previous.charged, state.past, held, previous.held, holders];
  const most = isWindow(owned) ? fullestWindow(charges) : Math.max(0, ...charges.values());
  return [
    ...(isWindow(owned) ? complain(`charged to ${owner}`, state.past, total(charges)) : periodProblems(owned, charges)),
    ...complain(`still held of ${owner}`, Math.abs(held) + Math.abs(previous.held) + Math.abs(holders), 0),
    ...(amounts.some((amount) => amount < 0) ? [`${owner} has a negative amount: ${amounts}`] : []),
    ...(mode === "hard" && most > allowance && !(isWindow(owned) && areWindowsForgotten)
      ? [`${owner} was charged ${most}, its limit is ${allowance}`]
      : []),
  ];
}

function periodProblems({ owner, state: { period, charged, previous, past } }: OwnedSlot, charges: Charges): string[] {
  const [now, before] = [charges.get(period) ?? 0, charges.get(previous.period) ?? 0];
  return [
    ...complain(`charged to ${owner} in period ${period}`, charged, now),
    ...complain(`charged to ${owner} in period ${previous.period}`, previous.charged, before),
    ...complain(`charged to ${owner} before`, past, total(charges) - now - before),
  ];
}

/** In any sixteen sixteenths, and the one that they may have begun in. */
function fullestWindow(charges: Charges): number {
  const sums = [...charges.keys()].map((last) =>
    total(new Map([...charges].filter(([part]) => part <= last && part > last - windowParts - 1))),
  );
  return Math.max(0, ...sums);
}

/** Budgets show what the ledger has; those of one key, for ever and for every target, what its records cost. */
function budgetProblems({ budgets, slots, records }: AccountState, { isClockMoved = false }: Case): string[] {
  const states = new Map(slots.map(({ owner, state }) => [owner, state]));
  return budgets.flatMap((budget) => {
    const { id, scope, unit, period, isTargeted, spent, held } = budget;
    // A minute may have begun since.
    const charged = period === "1m" || (isClockMoved && period !== "none") ? spent : (states.get(id)?.charged ?? 0);
    const mine = records.filter(({ keyName }) => scope === `key:${keyName}`);
    const used = sumOf(mine, unit === "tokens" ? tokensOf : costOf);
    return [
      ...complain(`spent of ${id}, by GET /api/budgets`, spent, charged),
      ...complain(`held of ${id}, by GET /api/budgets`, held, 0),
      ...(period === "none" && scope.startsWith("key:") && !isTargeted
        ? complain(`spent of ${id} (the sum of its records is expected)`, spent, used)
        : []),
    ];
  });
}

function tokensOf({ usage }: RequestRecord): number {
  return usage === undefined ? 0 : inputTotal(usage) + outputTotal(usage);
}

function costOf({ cost = 0 }: RequestRecord): number {
  return cost;
}

function sumOf(records: readonly RequestRecord[], amount: (record: RequestRecord) => number): number {
  return records.reduce((sum, record) => sum + amount(record), 0);
}

function total(charges: Charges): number {
  return [...charges.values()].reduce((sum, amount) => sum + amount, 0);
}

function complain(what: string, found: number, expected: number, examples: readonly string[] = []): string[] {
  if (found === expected) return [];
  return [`${what}: ${found}, expected ${expected} ${examples.slice(0, 3).join(" ")}`.trim()];
}

function accountOf({ records, requests }: AccountState): Account {
  const interrupted = records.filter(isInterrupted).length;
  return { records: records.length, interrupted, charged: [...requests.values()].reduce((sum, one) => sum + one, 0) };
}
