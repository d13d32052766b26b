import type { Database } from "bun:sqlite";
import { type VirtualKeySpec, virtualKeySpecSchema } from "#config/virtual-key-schema";
import { parseStored, type StoredPlace } from "../parse-stored";
import { parsedOnce } from "../parsed-once";
import type { FileKeyRepository, VirtualKeyRepository } from "../repositories";
import type { KeyHash, KeyLookup, KeyPage, StoredVirtualKey } from "../stored-virtual-key";
import type { Call } from "../transactions";

type Row = {
  readonly id: string;
  readonly hash: string;
  readonly hint: string;
  readonly name: string;
  readonly spec: string;
  readonly created_at_ms: number;
  readonly revoked_at_ms: number | null;
  readonly previous_hash: string | null;
  readonly previous_until_ms: number | null;
};

type Value = string | number | null;

export function virtualKeyTable(database: Database, call: Call): VirtualKeyRepository {
  const selectOne = database.query<Row, [string]>("SELECT * FROM virtual_keys WHERE id = ?");
  const selectNamed = database.query<Row, [string]>(
    "SELECT * FROM virtual_keys WHERE name = ? AND revoked_at_ms IS NULL",
  );
  const selectHash = database.query<Row, [string]>("SELECT * FROM virtual_keys WHERE hash = ?");
  const insert = database.query<null, [string, string, string, string, string, number]>(
    "INSERT INTO virtual_keys (id, hash, hint, name, spec, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const update = database.query<null, [string, string, string]>(
    "UPDATE virtual_keys SET name = ?2, spec = ?3 WHERE id = ?1",
  );
  const revoke = database.query<null, [string, number]>(
    `UPDATE virtual_keys SET revoked_at_ms = ?2, previous_hash = NULL, previous_until_ms = NULL
     WHERE id = ?1 AND revoked_at_ms IS NULL`,
  );
  const rotate = database.query<null, [string, string, string, number]>(
    `UPDATE virtual_keys SET previous_hash = hash, previous_until_ms = ?4, hash = ?2, hint = ?3
     WHERE id = ?1 AND revoked_at_ms IS NULL`,
  );
  const readAlike = createReader();
  const lookUp = (by: KeyLookup): Row | null => {
    if ("id" in by) return selectOne.get(by.id);
    return "name" in by ? selectNamed.get(by.name) : selectHash.get(by.hash);
  };
  return {
    list: (page) =>
      call(() => {
        const { where, values } = conditions(page);
        const sql = `SELECT * FROM virtual_keys WHERE ${where} ORDER BY id LIMIT ?`;
        return database
          .query<Row, Value[]>(sql)
          .all(...values, page.limit ?? -1)
          .map(readAlike);
      }),
    find: (by) => call(() => readOptional(lookUp(by))),
    add: ({ id, hash, hint, spec, createdAtMs }) =>
      call(() => void insert.run(id, hash, hint, spec.name, JSON.stringify(spec), createdAtMs)),
    change: (id, spec) => call(() => void update.run(id, spec.name, JSON.stringify(spec))),
    rotate: (id, { hash, hint }, untilMs) => call(() => void rotate.run(id, hash, hint, untilMs)),
    revoke: (id, nowMs) => call(() => revoke.run(id, nowMs).changes > 0),
  };
}

export function fileKeyTable(database: Database, call: Call): FileKeyRepository {
  const select = database.query<KeyHash & { name: string }, []>("SELECT * FROM file_keys");
  const upsert = database.query<null, [string, string, string]>(
    "INSERT OR REPLACE INTO file_keys (name, hash, hint) VALUES (?, ?, ?)",
  );
  return {
    list: () => call(() => new Map(select.all().map(({ name, hash, hint }) => [name, { hash, hint }]))),
    put: (name, { hash, hint }) => call(() => void upsert.run(name, hash, hint)),
  };
}

const isOn = "coalesce(spec ->> '$.active', 1)";
const isPast = "coalesce(unixepoch(spec ->> '$.expires_at') <= ?, 0)";
/** Each takes the seconds since the epoch. */
const stateConditions = {
  active: `revoked_at_ms IS NULL AND ${isOn} AND NOT ${isPast}`,
  off: `revoked_at_ms IS NULL AND NOT ${isOn} AND ? IS NOT NULL`,
  expired: `revoked_at_ms IS NULL AND ${isOn} AND ${isPast}`,
  revoked: "revoked_at_ms IS NOT NULL AND ? IS NOT NULL",
} as const;

function conditions({ after = "", includeRevoked, team, customer, tag, search, state }: KeyPage) {
  const wanted: readonly { readonly sql: string; readonly values: readonly Value[] }[] = [
    { sql: "id > ?", values: [after] },
    ...(state === undefined ? [] : [{ sql: stateConditions[state.is], values: [state.nowMs / 1000] }]),
    ...(includeRevoked || state !== undefined ? [] : [{ sql: "revoked_at_ms IS NULL", values: [] }]),
    ...(team === undefined ? [] : [{ sql: "spec ->> '$.team' = ?", values: [team] }]),
    ...(customer === undefined
      ? []
      : [
          {
            sql: `iif(spec ->> '$.customer' IS NULL,
                    spec ->> '$.team' IN (SELECT value FROM json_each(?)), spec ->> '$.customer' = ?)`,
            values: [JSON.stringify(customer.teams), customer.name],
          },
        ]),
    ...(tag === undefined
      ? []
      : [
          {
            sql: "EXISTS (SELECT 1 FROM json_each(spec, '$.tags') WHERE key = ? AND value = coalesce(?, value))",
            values: [tag.name, tag.value ?? null],
          },
        ]),
    ...(search === undefined
      ? []
      : [
          {
            sql: "(instr(lower(name), lower(?)) > 0 OR instr(id, ?) = 1 OR instr(hint, ?) = 1)",
            values: [search, search, search],
          },
        ]),
  ];
  return { where: wanted.map(({ sql }) => sql).join(" AND "), values: wanted.flatMap(({ values }) => values) };
}

function readOptional(row: Row | null): StoredVirtualKey | undefined {
  return row === null ? undefined : read(row, readSpec(row));
}

/**
 * Reads once what specs have in common: of a hundred thousand keys most differ in their names alone. Those begin the
 * texts, as the schema begins with them; a text that begins otherwise is like no other.
 */
function createReader(): (row: Row) => StoredVirtualKey {
  const parsed = new Map<string, Omit<VirtualKeySpec, "name">>();
  let schema = createAlikeSchema();
  return (row) => {
    const start = `{"name":${JSON.stringify(row.name)}`;
    if (!row.spec.startsWith(start)) return read(row, readSpec(row));
    const rest = row.spec.slice(start.length);
    let alike = parsed.get(rest);
    if (alike === undefined) {
      if (parsed.size >= mostParsed) {
        parsed.clear();
        schema = createAlikeSchema();
      }
      alike = parseStored(schema, `{${rest.replace(/^,/, "")}`, placeOf(row));
      parsed.set(rest, alike);
    }
    return read(row, { name: row.name, ...alike }, alike);
  };
}

/** Specs that are remembered, in a megabyte or two. */
const mostParsed = 4096;

function createAlikeSchema() {
  const { team, budgets, rate_limits: rateLimits } = virtualKeySpecSchema.shape;
  return virtualKeySpecSchema.omit({ name: true }).extend({
    team: parsedOnce(team.unwrap()).exactOptional(),
    budgets: parsedOnce(budgets.unwrap()).exactOptional(),
    rate_limits: parsedOnce(rateLimits.unwrap()).exactOptional(),
  });
}

function readSpec(row: Row): VirtualKeySpec {
  return parseStored(virtualKeySpecSchema, row.spec, placeOf(row));
}

function placeOf({ id }: Row): StoredPlace {
  return { table: "virtual_keys", row: id, column: "spec" };
}

function read(row: Row, spec: StoredVirtualKey["spec"], alike?: StoredVirtualKey["alike"]): StoredVirtualKey {
  const { id, hash, hint, revoked_at_ms: revokedAtMs, previous_hash: previous, previous_until_ms: untilMs } = row;
  const { created_at_ms: createdAtMs } = row;
  // Most of a hundred thousand are neither revoked nor being rotated.
  if (alike !== undefined && revokedAtMs === null && previous === null)
    return { id, hash, hint, spec, createdAtMs, alike };
  return {
    id,
    hash,
    hint,
    spec,
    createdAtMs,
    ...(alike === undefined ? {} : { alike }),
    ...(revokedAtMs === null ? {} : { revokedAtMs }),
    ...(previous === null || untilMs === null ? {} : { previous: { hash: previous, untilMs } }),
  };
}
