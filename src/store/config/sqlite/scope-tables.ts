import type { Database } from "bun:sqlite";
import { parseStored } from "../parse-stored";
import type { ScopeRepository } from "../repositories";
import { type ScopeConfigs, type ScopeKind, scopeSchemas } from "../stored-scope";
import type { Call } from "../transactions";

type Row = { readonly name: string; readonly spec: string };

/** Teams, customers and limits of the gateway: one table, for they differ only in what their specification holds. */
export function scopeTable(database: Database, call: Call): ScopeRepository {
  const selectAll = database.query<Row, [string]>("SELECT name, spec FROM scopes WHERE kind = ? ORDER BY name");
  const selectOne = database.query<Row, [string, string]>("SELECT name, spec FROM scopes WHERE kind = ? AND name = ?");
  const upsert = database.query<null, [string, string, string]>(
    "INSERT OR REPLACE INTO scopes (kind, name, spec) VALUES (?, ?, ?)",
  );
  const remove = database.query<null, [string, string]>("DELETE FROM scopes WHERE kind = ? AND name = ?");
  return {
    list: (kind) => call(() => selectAll.all(kind).map((row) => read(kind, row))),
    find: (kind, name) =>
      call(() => {
        const row = selectOne.get(kind, name);
        return row === null ? undefined : read(kind, row);
      }),
    put: (kind, config) => call(() => void upsert.run(kind, config.name, JSON.stringify(config))),
    delete: (kind, name) => call(() => void remove.run(kind, name)),
  };
}

function read<K extends ScopeKind>(kind: K, { name, spec }: Row): ScopeConfigs[K] {
  return parseStored(scopeSchemas[kind], spec, { table: "scopes", row: `${kind} ${name}`, column: "spec" });
}
