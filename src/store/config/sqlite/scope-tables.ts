import type { Database } from "bun:sqlite";
import type { ConfigData } from "../config-store";

type ScopeTables = Pick<ConfigData, "scopes" | "scope" | "putScope" | "deleteScope">;

/** Teams, customers and limits of the gateway: one table, for they differ only in what their specification holds. */
export function scopeTables(database: Database): ScopeTables {
  const selectAll = database.query<{ spec: string }, [string]>("SELECT spec FROM scopes WHERE kind = ? ORDER BY name");
  const selectOne = database.query<{ spec: string }, [string, string]>(
    "SELECT spec FROM scopes WHERE kind = ? AND name = ?",
  );
  const upsert = database.query<null, [string, string, string]>(
    "INSERT OR REPLACE INTO scopes (kind, name, spec) VALUES (?, ?, ?)",
  );
  const remove = database.query<null, [string, string]>("DELETE FROM scopes WHERE kind = ? AND name = ?");
  return {
    scopes: async (kind) => selectAll.all(kind).map(({ spec }) => JSON.parse(spec)),
    scope: async (kind, name) => {
      const row = selectOne.get(kind, name);
      return row === null ? undefined : JSON.parse(row.spec);
    },
    putScope: async (kind, config) => void upsert.run(kind, config.name, JSON.stringify(config)),
    deleteScope: async (kind, name) => void remove.run(kind, name),
  };
}
