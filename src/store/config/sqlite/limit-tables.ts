import type { Database } from "bun:sqlite";
import type { ConfigData, StoredOverride, StoredTopUp } from "../config-store";

type SlotRow = {
  readonly owner: string;
  readonly slot: number;
  readonly tag: number;
  readonly created_at_ms: number;
};
type OverrideRow = {
  readonly limit_id: string;
  readonly amount: number;
  readonly until_ms: number;
  readonly reason: string | null;
  readonly created_at_ms: number;
};
type TopUpRow = {
  readonly id: string;
  readonly amount: number;
  readonly note: string | null;
  readonly created_at_ms: number;
};

type LimitTables = Pick<
  ConfigData,
  | "slots"
  | "putSlots"
  | "deleteSlots"
  | "overrides"
  | "putOverride"
  | "deleteOverride"
  | "addTopUp"
  | "topUps"
  | "topUpSums"
>;

/** What limits have beside their configuration: a slot, an override, top-ups. */
export function limitTables(database: Database): LimitTables {
  return { ...slotTable(database), ...overrideTable(database), ...topUpTable(database) };
}

function slotTable(database: Database): Pick<ConfigData, "slots" | "putSlots" | "deleteSlots"> {
  const select = database.query<SlotRow, []>("SELECT * FROM slots");
  const upsert = database.query<null, [string, number, number, number]>(
    "INSERT OR REPLACE INTO slots (owner, slot, tag, created_at_ms) VALUES (?, ?, ?, ?)",
  );
  const removals = [
    database.query<null, [string]>("DELETE FROM slots WHERE owner = ?"),
    database.query<null, [string]>("DELETE FROM overrides WHERE limit_id = ?"),
    database.query<null, [string]>("DELETE FROM top_ups WHERE limit_id = ?"),
  ];
  return {
    slots: async () =>
      select.all().map(({ owner, slot, tag, created_at_ms: createdAtMs }) => ({
        owner,
        ref: { index: slot, tag },
        createdAtMs,
      })),
    putSlots: async (slots) =>
      database.transaction(() => {
        for (const [owner, { ref, createdAtMs }] of slots) upsert.run(owner, ref.index, ref.tag, createdAtMs);
      })(),
    deleteSlots: async (owners) =>
      database.transaction(() => {
        for (const owner of owners) for (const remove of removals) remove.run(owner);
      })(),
  };
}

function overrideTable(database: Database): Pick<ConfigData, "overrides" | "putOverride" | "deleteOverride"> {
  const select = database.query<OverrideRow, []>("SELECT * FROM overrides ORDER BY until_ms");
  const upsert = database.query<null, [string, number, number, string | null, number]>(
    "INSERT OR REPLACE INTO overrides (limit_id, amount, until_ms, reason, created_at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const remove = database.query<null, [string]>("DELETE FROM overrides WHERE limit_id = ?");
  return {
    overrides: async () => new Map(select.all().map((row) => [row.limit_id, readOverride(row)])),
    putOverride: async (limitId, { amount, untilMs, reason = null, createdAtMs }) =>
      void upsert.run(limitId, amount, untilMs, reason, createdAtMs),
    deleteOverride: async (limitId) => void remove.run(limitId),
  };
}

function topUpTable(database: Database): Pick<ConfigData, "addTopUp" | "topUps" | "topUpSums"> {
  const select = database.query<TopUpRow, [string]>("SELECT * FROM top_ups WHERE limit_id = ? ORDER BY id");
  const insert = database.query<null, [string, string, number, string | null, number]>(
    "INSERT INTO top_ups (id, limit_id, amount, note, created_at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const selectSums = database.query<{ limit_id: string; sum: number }, []>(
    "SELECT limit_id, sum(amount) AS sum FROM top_ups GROUP BY limit_id",
  );
  return {
    addTopUp: async (limitId, { id, amount, note = null, createdAtMs }) =>
      void insert.run(id, limitId, amount, note, createdAtMs),
    topUps: async (limitId) => select.all(limitId).map(readTopUp),
    topUpSums: async () => new Map(selectSums.all().map(({ limit_id: limitId, sum }) => [limitId, sum])),
  };
}

function readOverride(row: OverrideRow): StoredOverride {
  const { amount, until_ms: untilMs, reason, created_at_ms: createdAtMs } = row;
  return { amount, untilMs, createdAtMs, ...(reason === null ? {} : { reason }) };
}

function readTopUp({ id, amount, note, created_at_ms: createdAtMs }: TopUpRow): StoredTopUp {
  return { id, amount, createdAtMs, ...(note === null ? {} : { note }) };
}
