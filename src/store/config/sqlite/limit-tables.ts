import type { Database } from "bun:sqlite";
import type { AllowanceRepository, OwnedSlot, SlotRepository } from "../repositories";
import type { StoredOverride, StoredSlot, StoredTopUp } from "../stored-limit";
import type { Call } from "../transactions";

type SlotRow = {
  readonly owner: string;
  readonly slot: number;
  readonly tag: number;
  readonly created_at_ms: number;
  readonly released_at_ms: number | null;
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

export function slotTable(database: Database, call: Call): SlotRepository {
  const select = database.query<SlotRow, []>("SELECT * FROM slots ORDER BY owner");
  const selectBetween = database.query<SlotRow, [string, string, number]>(
    "SELECT * FROM slots WHERE owner BETWEEN ? AND ? ORDER BY owner LIMIT ?",
  );
  const selectOne = database.query<SlotRow, [string]>("SELECT * FROM slots WHERE owner = ?");
  const selectReleased = database.query<SlotRow, []>(
    "SELECT * FROM slots WHERE released_at_ms IS NOT NULL ORDER BY released_at_ms, owner",
  );
  // The second count has an index of its own, and is most often of nothing.
  const count = database.query<{ count: number }, []>(
    `SELECT (SELECT count(*) FROM slots) - (SELECT count(*) FROM slots WHERE released_at_ms IS NOT NULL) AS count`,
  );
  const upsert = database.query<null, [string, number, number, number, number | null]>(
    "INSERT OR REPLACE INTO slots (owner, slot, tag, created_at_ms, released_at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const removals = [
    database.query<null, [string]>("DELETE FROM slots WHERE owner = ?"),
    database.query<null, [string]>("DELETE FROM overrides WHERE limit_id = ?"),
    database.query<null, [string]>("DELETE FROM top_ups WHERE limit_id = ?"),
  ];
  return {
    list: () => call(() => select.all().flatMap((row) => (row.released_at_ms === null ? [readOwnedSlot(row)] : []))),
    released: () => call(() => selectReleased.all().map(readOwnedSlot)),
    find: (owners) =>
      call(() => {
        const listed =
          owners.length < manyOwners
            ? () => undefined
            : findListed(owners, ({ first, last, most }) => selectBetween.all(first, last, most));
        return owners.map((owner) => {
          // SQLite orders characters beyond U+FFFF otherwise than a comparison of strings does.
          const row = listed(owner) ?? selectOne.get(owner);
          return row === null ? undefined : readSlot(row);
        });
      }),
    count: () => call(() => count.get()?.count ?? 0),
    put: (slots) =>
      call(
        database.transaction(() => {
          for (const [owner, { ref, createdAtMs, releasedAtMs = null }] of slots)
            upsert.run(owner, ref.index, ref.tag, createdAtMs, releasedAtMs);
        }),
      ),
    delete: (owners) =>
      call(
        database.transaction(() => {
          for (const owner of owners) for (const remove of removals) remove.run(owner);
        }),
      ),
  };
}

/** To read a range takes 0.4 µs a row, to look one up 2 µs. */
const manyOwners = 256;

type Range = { readonly first: string; readonly last: string; readonly most: number };

/**
 * Finds the rows of many owners by the range that they lie in: virtual keys' counters in one, the limits of keys in another.
 * What else lies there bounds a range, so not every row may be found.
 */
export function findListed<R extends { readonly owner: string }>(
  owners: readonly string[],
  select: (range: Range) => readonly R[],
): (owner: string) => R | undefined {
  const inRange = (some: readonly string[]) => {
    let [first = "", last = ""] = some;
    for (const owner of some) {
      if (owner < first) first = owner;
      if (owner > last) last = owner;
    }
    return findSorted(some.length === 0 ? [] : select({ first, last, most: 2 * some.length }));
  };
  const limits = inRange(owners.filter(isOfKey));
  const others = inRange(owners.filter((owner) => !isOfKey(owner)));
  return (owner) => (isOfKey(owner) ? limits(owner) : others(owner));
}

function isOfKey(owner: string): boolean {
  return owner.startsWith("key:");
}

/** Finds rows in a list of ascending owners. The next is most often the one after the last. */
function findSorted<R extends { readonly owner: string }>(rows: readonly R[]): (owner: string) => R | undefined {
  let next = 0;
  return (owner) => {
    if (rows[next]?.owner !== owner) next = placeOf(rows, owner);
    const row = rows[next];
    if (row?.owner !== owner) return undefined;
    next += 1;
    return row;
  };
}

/** The first row whose owner is not before this one. */
function placeOf(rows: readonly { readonly owner: string }[], owner: string): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.owner ?? "") < owner) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readSlot({ slot, tag, created_at_ms: createdAtMs, released_at_ms: releasedAtMs }: SlotRow): StoredSlot {
  // Without a spread: there may be hundreds of thousands.
  const ref = { index: slot, tag };
  return releasedAtMs === null ? { ref, createdAtMs } : { ref, createdAtMs, releasedAtMs };
}

function readOwnedSlot(row: SlotRow): OwnedSlot {
  return { owner: row.owner, ...readSlot(row) };
}

export function allowanceTables(database: Database, call: Call): AllowanceRepository {
  const selectOverrides = database.query<OverrideRow, []>("SELECT * FROM overrides ORDER BY until_ms");
  const upsertOverride = database.query<null, [string, number, number, string | null, number]>(
    "INSERT OR REPLACE INTO overrides (limit_id, amount, until_ms, reason, created_at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const removeOverride = database.query<null, [string]>("DELETE FROM overrides WHERE limit_id = ?");
  const selectTopUps = database.query<TopUpRow, [string]>("SELECT * FROM top_ups WHERE limit_id = ? ORDER BY id");
  const insertTopUp = database.query<null, [string, string, number, string | null, number]>(
    "INSERT INTO top_ups (id, limit_id, amount, note, created_at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const selectSums = database.query<{ limit_id: string; sum: number }, []>(
    "SELECT limit_id, sum(amount) AS sum FROM top_ups GROUP BY limit_id",
  );
  return {
    overrides: () => call(() => new Map(selectOverrides.all().map((row) => [row.limit_id, readOverride(row)]))),
    putOverride: (limitId, { amount, untilMs, reason = null, createdAtMs }) =>
      call(() => void upsertOverride.run(limitId, amount, untilMs, reason, createdAtMs)),
    deleteOverride: (limitId) => call(() => void removeOverride.run(limitId)),
    topUps: (limitId) => call(() => selectTopUps.all(limitId).map(readTopUp)),
    addTopUp: (limitId, { id, amount, note = null, createdAtMs }) =>
      call(() => void insertTopUp.run(id, limitId, amount, note, createdAtMs)),
    topUpSums: () => call(() => new Map(selectSums.all().map(({ limit_id: limitId, sum }) => [limitId, sum]))),
  };
}

function readOverride(row: OverrideRow): StoredOverride {
  const { amount, until_ms: untilMs, reason, created_at_ms: createdAtMs } = row;
  return { amount, untilMs, createdAtMs, ...(reason === null ? {} : { reason }) };
}

function readTopUp({ id, amount, note, created_at_ms: createdAtMs }: TopUpRow): StoredTopUp {
  return { id, amount, createdAtMs, ...(note === null ? {} : { note }) };
}
