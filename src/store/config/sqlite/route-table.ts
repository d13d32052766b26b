import type { Database } from "bun:sqlite";
import type { ConfigStore } from "../config-store";

export function routeTable(database: Database): Pick<ConfigStore, "routes" | "putRoute" | "deleteRoute"> {
  const select = database.query<{ config: string }, []>("SELECT config FROM routes ORDER BY position");
  const upsert = database.query<null, [string, string]>(
    "INSERT INTO routes (alias, config) VALUES (?1, ?2) ON CONFLICT (alias) DO UPDATE SET config = ?2",
  );
  const remove = database.query<null, [string]>("DELETE FROM routes WHERE alias = ?");
  return {
    routes: async () => select.all().map(({ config }) => JSON.parse(config)),
    putRoute: async (route) => void upsert.run(route.alias, JSON.stringify(route)),
    deleteRoute: async (alias) => remove.run(alias).changes > 0,
  };
}
