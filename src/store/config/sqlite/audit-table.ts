import type { Database } from "bun:sqlite";
import { isObject, type Json, tryParseJson } from "#lib/json";
import { chainHash, chainStart } from "../audit-chain";
import type { AuditQuery, ChainedEvent } from "../audit-event";
import type { AuditRepository } from "../repositories";
import type { Call } from "../transactions";
import { headSeal } from "./audit-seal";
import type { SealedValues } from "./sealed-values";

type Row = {
  readonly position: number;
  readonly id: string;
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly resource_name: string | null;
  readonly changes: string;
  readonly client: string | null;
  readonly user_agent: string | null;
  readonly request_id: string | null;
  readonly previous_hash: string;
  readonly hash: string;
};

type Value = string | number | null;

export function auditTable(database: Database, call: Call, sealed: SealedValues): AuditRepository {
  const seal = headSeal(sealed);
  const selectHead = database.query<Row, []>("SELECT * FROM audit_events ORDER BY position DESC LIMIT 1");
  const insert = database.query<null, Value[]>(
    `INSERT INTO audit_events (position, id, at_ms, actor, action, resource_type, resource_id, resource_name, changes,
       client, user_agent, request_id, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  // Its own transaction where there is none: what is last must stay so until the next is written.
  const append = database.transaction((event: ChainedEvent["event"]): ChainedEvent => {
    const head = selectHead.get();
    const [position, previousHash] = [(head?.position ?? 0) + 1, head?.hash ?? chainStart];
    const changesText = JSON.stringify(event.changes);
    const hash = chainHash(previousHash, position, event, changesText);
    const { id, atMs, actor, action, resource, client, userAgent, requestId } = event;
    const about = [resource.type, resource.id, resource.name ?? null, changesText];
    const origin = [client ?? null, userAgent ?? null, requestId ?? null];
    insert.run(position, id, atMs, actor, action, ...about, ...origin, previousHash, hash);
    seal.move(head ?? undefined, { position, hash });
    return { position, event, changesText, previousHash, hash };
  });
  return {
    list: (query) =>
      call(() => {
        const { where, values } = conditions(query);
        const order = query.order === "oldest" ? "ASC" : "DESC";
        const sql = `SELECT * FROM audit_events ${where} ORDER BY position ${order} LIMIT ?`;
        return database
          .query<Row, Value[]>(sql)
          .all(...values, query.limit)
          .map(read);
      }),
    head: () =>
      call(() => {
        const head = selectHead.get();
        return head === null ? undefined : read(head);
      }),
    append: (event) => call(() => append.immediate(event)),
    sealed: () => call(seal.read),
  };
}

function conditions({ actor, action, resource, fromMs, toMs, after, order }: AuditQuery) {
  const wanted: readonly (readonly [sql: string, value: Value | undefined])[] = [
    ["actor = ?", actor],
    ["action = ?", action],
    ["? IN (resource_type, resource_id, resource_name)", resource],
    ["at_ms >= ?", fromMs],
    ["at_ms < ?", toMs],
    [order === "oldest" ? "position > ?" : "position < ?", after],
  ];
  const given = wanted.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return {
    where: given.length === 0 ? "" : `WHERE ${given.map(({ sql }) => sql).join(" AND ")}`,
    values: given.map(({ value }) => value),
  };
}

function read(row: Row): ChainedEvent {
  const { position, changes: changesText, previous_hash: previousHash, hash } = row;
  return {
    position,
    event: {
      id: row.id,
      atMs: row.at_ms,
      actor: row.actor,
      action: row.action,
      resource: {
        type: row.resource_type,
        id: row.resource_id,
        ...(row.resource_name === null ? {} : { name: row.resource_name }),
      },
      changes: readChanges(changesText),
      ...(row.client === null ? {} : { client: row.client }),
      ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
      ...(row.request_id === null ? {} : { requestId: row.request_id }),
    },
    changesText,
    previousHash,
    hash,
  };
}

/** A text that was changed by hand may be no JSON. It is shown as it is: checking the chain is what reports the change. */
function readChanges(text: string): ChainedEvent["event"]["changes"] {
  const value = tryParseJson(text);
  return isFields(value) ? value : { unreadable: text };
}

function isFields(value: Json | undefined): value is { readonly [field: string]: Json } {
  return isObject(value);
}
