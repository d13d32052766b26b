import type { Database } from "bun:sqlite";
import type { RouteRepository } from "../repositories";
import type { Call } from "../transactions";

export function routeTable(database: Database, call: Call): RouteRepository {
  const select = database.query<{ config: string }, []>("SELECT config FROM routes ORDER BY position");
  const upsert = database.query<null, [string, string]>(
    "INSERT INTO routes (alias, config) VALUES (?1, ?2) ON CONFLICT (alias) DO UPDATE SET config = ?2",
  );
  const remove = database.query<null, [string]>("DELETE FROM routes WHERE alias = ?");
  return {
    list: () => call(() => select.all().map(({ config }) => JSON.parse(config))),
    put: (route) => call(() => void upsert.run(route.alias, JSON.stringify(route))),
    delete: (alias) => call(() => remove.run(alias).changes > 0),
  };
}
