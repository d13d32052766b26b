import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { openLedgerAdmin } from "#ledger/admin";
import { readHoldPhase } from "#ledger/hold-row";
import { seat } from "#ledger/layout";
import { rowWord, seatWords } from "#ledger/seat";
import type { Headgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import type { Witness } from "./traffic.ts";

/** What there is to account for. */
export type Case = {
  readonly gateway: Headgate;
  readonly workers: number;
  readonly witness: Witness;
  /** How many requests the provider saw. */
  readonly sentOn: number;
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
    const state = await look(given.gateway).catch((error: Error) => error.message);
    problems = typeof state === "string" ? [state] : problemsIn(state, given);
    return typeof state === "string" || problems.length > 0 ? undefined : accountOf(state);
  };
  return await waitUntil("the invariants to hold", held, timeoutMs, 100).catch((error: Error) => {
    throw new Error(`${error.message}:\n${problems.join("\n")}`);
  });
}

type State = {
  /** Ids that `GET /api/logs` lists, in its order. */
  readonly listed: readonly string[];
  readonly records: readonly RequestRecord[];
  /** By `GET /api/me`. */
  readonly charged: number;
  readonly ledger: {
    readonly holdsLeft: number;
    readonly occupied: number;
    /** By slot, of those that the records charge. */
    readonly charged: ReadonlyMap<number, number>;
    readonly held: number;
  };
};

function problemsIn({ listed, records, charged, ledger }: State, { witness, workers, sentOn }: Case): string[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const charges = chargesBySlot(records);
  const total = [...charges.values()].reduce((sum, amount) => sum + amount, 0);
  const unrecorded = [...witness.complete, ...witness.failed].filter((id) => !byId.has(id));
  const notOk = [...witness.complete].filter((id) => byId.has(id) && byId.get(id)?.outcome !== "ok");
  const recordedRefusals = [...witness.refused.keys()].filter((id) => byId.has(id));
  const finished = witness.complete.size + witness.failed.size + witness.refused.size;
  const recorded = [...witness.complete, ...witness.failed].filter((id) => byId.has(id)).length;
  return [
    ...complain("answers without a record", unrecorded.length, 0, unrecorded),
    ...complain("complete answers whose record says otherwise", notOk.length, 0, notOk),
    ...complain("refused requests with a record", recordedRefusals.length, 0, recordedRefusals),
    ...complain("recorded + refused (finished is expected)", recorded + witness.refused.size, finished),
    ...complain("distinct ids in GET /api/logs", new Set(listed).size, listed.length),
    ...complain("records in the log store (as listed)", records.length, listed.length),
    ...complain("requests of GET /api/me (the charges of all records)", charged, total),
    ...[...charges].flatMap(([slot, sum]) => complain(`charged in slot ${slot}`, ledger.charged.get(slot) ?? 0, sum)),
    ...complain("hold rows left", ledger.holdsLeft, 0),
    ...complain("amounts still held", ledger.held, 0),
    ...complain("seats taken", ledger.occupied, workers),
    ...(sentOn > records.length ? [`the provider saw ${sentOn} requests, ${records.length} are recorded`] : []),
  ];
}

function complain(what: string, found: number, expected: number, examples: readonly string[] = []): string[] {
  if (found === expected) return [];
  return [`${what}: ${found}, expected ${expected} ${examples.slice(0, 3).join(" ")}`.trim()];
}

function accountOf({ records, charged }: State): Account {
  const interrupted = records.filter((record) => record.outcome === "interrupted").length;
  return { records: records.length, interrupted, charged };
}

/** The cheap questions first: they fail for as long as something still runs. */
async function look(gateway: Headgate): Promise<State> {
  const ready = await fetch(`${gateway.url}/readyz`);
  if (ready.status !== 200) throw new Error(`Not ready: ${await ready.text()}`);
  const { usage: me } = await json(
    await fetch(`${gateway.url}/api/me`, { headers: { authorization: `Bearer ${gateway.key}` } }),
  );
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  const inFlight = Number(/^headgate_requests_in_flight (\S+)$/m.exec(metrics)?.[1] ?? Number.NaN);
  if (me.running !== 0 || inFlight !== 0) throw new Error(`${me.running} requests run, ${inFlight} by /metrics`);
  const records = recordsIn(gateway.dataDir);
  const slots = [...chargesBySlot(records).keys()];
  const ledger = readLedger(gateway.dataDir, slots);
  return { charged: me.requests, records, listed: await listedIds(gateway), ledger };
}

async function listedIds(gateway: Headgate): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const query = `limit=1000${after === undefined ? "" : `&after=${after}`}`;
    const page = await json(await gateway.admin("GET", `/api/logs?${query}`));
    ids.push(...page.data.map((record: { id: string }) => record.id));
    if (page.next === undefined) return ids;
    after = page.next;
  }
}

/** With their charges, which the API does not show. */
function recordsIn(dataDir: string): readonly RequestRecord[] {
  const database = new Database(join(dataDir, "logs.sqlite"), { readonly: true });
  try {
    const rows = database.query<{ record: string }, []>("SELECT record FROM requests").all();
    return rows.map(({ record }) => JSON.parse(record));
  } finally {
    database.close();
  }
}

function readLedger(dataDir: string, slots: readonly number[]): State["ledger"] {
  const admin = openLedgerAdmin(join(dataDir, "ledger"), { role: "control", generation: 0 });
  const { file } = admin;
  const rows = seatWords(file).flatMap((word) =>
    Array.from({ length: seat.rowCount }, (_, index) => readHoldPhase(file, rowWord(word, index))),
  );
  const states = new Map(slots.map((slot) => [slot, admin.readSlot(slot)]));
  return {
    holdsLeft: rows.filter((phase) => phase !== undefined).length,
    occupied: admin.occupants().length,
    charged: new Map([...states].map(([slot, state]) => [slot, state.past + state.previous.charged + state.charged])),
    held: [...states.values()].reduce((sum, { held, previous, holders }) => sum + held + previous.held + holders, 0),
  };
}

function chargesBySlot(records: readonly RequestRecord[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { charges } of records) {
    for (const { slot, amount } of charges) sums.set(slot, (sums.get(slot) ?? 0) + amount);
  }
  return sums;
}

async function json(response: Response) {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return JSON.parse(await response.text());
}
