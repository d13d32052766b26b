import type { Database } from "bun:sqlite";
import type { ScopeRepository } from "../repositories";
import type { Call } from "../transactions";

/** Teams, customers and limits of the gateway: one table, for they differ only in what their specification holds. */
export function scopeTable(database: Database, call: Call): ScopeRepository {
  const selectAll = database.query<{ spec: string }, [string]>("SELECT spec FROM scopes WHERE kind = ? ORDER BY name");
  const selectOne = database.query<{ spec: string }, [string, string]>(
    "SELECT spec FROM scopes WHERE kind = ? AND name = ?",
  );
  const upsert = database.query<null, [string, string, string]>(
    "INSERT OR REPLACE INTO scopes (kind, name, spec) VALUES (?, ?, ?)",
  );
  const remove = database.query<null, [string, string]>("DELETE FROM scopes WHERE kind = ? AND name = ?");
  return {
    list: (kind) => call(() => selectAll.all(kind).map(({ spec }) => JSON.parse(spec))),
    find: (kind, name) =>
      call(() => {
        const row = selectOne.get(kind, name);
        return row === null ? undefined : JSON.parse(row.spec);
      }),
    put: (kind, config) => call(() => void upsert.run(kind, config.name, JSON.stringify(config))),
    delete: (kind, name) => call(() => void remove.run(kind, name)),
  };
}
