import type { Database } from "bun:sqlite";
import { parseStored } from "../parse-stored";
import type { SessionRepository } from "../repositories";
import { type StoredSession, sessionOwner, sessionPrincipalSchema, sessionStartSchema } from "../stored-session";
import type { Call } from "../transactions";

type Row = {
  readonly id: string;
  readonly hash: string;
  readonly principal: string;
  readonly created_at_ms: number;
  readonly seen_at_ms: number;
  readonly expires_at_ms: number;
  readonly begun_from: string;
};

type NewRow = [string, string, string, string, number, number, number, string];

const columns = "id, hash, principal, created_at_ms, seen_at_ms, expires_at_ms, begun_from";

export function sessionTable(database: Database, call: Call): SessionRepository {
  const selectAll = database.query<Row, []>(`SELECT ${columns} FROM sessions ORDER BY id`);
  const selectOwned = database.query<Row, [string]>(`SELECT ${columns} FROM sessions WHERE owner = ? ORDER BY id`);
  const select = database.query<Row, [string]>(`SELECT ${columns} FROM sessions WHERE hash = ?`);
  const insert = database.query<null, NewRow>(
    `INSERT INTO sessions (id, hash, owner, principal, created_at_ms, seen_at_ms, expires_at_ms, begun_from)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.query<null, [number, string]>("UPDATE sessions SET seen_at_ms = ? WHERE id = ?");
  const remove = database.query<null, [string]>("DELETE FROM sessions WHERE id = ?");
  return {
    list: (owner) => call(() => (owner === undefined ? selectAll.all() : selectOwned.all(owner)).map(read)),
    find: (hash) =>
      call(() => {
        const row = select.get(hash);
        return row === null ? undefined : read(row);
      }),
    add: ({ id, hash, principal, createdAtMs, seenAtMs, expiresAtMs, from }) =>
      call(() => {
        const [owner, who, start] = [sessionOwner(principal), JSON.stringify(principal), JSON.stringify(from)];
        insert.run(id, hash, owner, who, createdAtMs, seenAtMs, expiresAtMs, start);
      }),
    seen: (id, atMs) => call(() => void update.run(atMs, id)),
    delete: (id) => call(() => remove.run(id).changes > 0),
  };
}

function read({ id, hash, principal, created_at_ms, seen_at_ms, expires_at_ms, begun_from }: Row): StoredSession {
  const place = (column: string) => ({ table: "sessions", row: id, column });
  return {
    id,
    hash,
    principal: parseStored(sessionPrincipalSchema, principal, place("principal")),
    createdAtMs: created_at_ms,
    seenAtMs: seen_at_ms,
    expiresAtMs: expires_at_ms,
    from: parseStored(sessionStartSchema, begun_from, place("begun_from")),
  };
}
