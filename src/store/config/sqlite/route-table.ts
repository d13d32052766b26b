import type { Database } from "bun:sqlite";
import { type RouteConfig, routeSchema } from "#config/schema";
import { parseStored } from "../parse-stored";
import type { RouteRepository } from "../repositories";
import type { Call } from "../transactions";

type Row = { readonly alias: string; readonly config: string };

export function routeTable(database: Database, call: Call): RouteRepository {
  const select = database.query<Row, []>("SELECT alias, config FROM routes ORDER BY position");
  const upsert = database.query<null, [string, string]>(
    "INSERT INTO routes (alias, config) VALUES (?1, ?2) ON CONFLICT (alias) DO UPDATE SET config = ?2",
  );
  const remove = database.query<null, [string]>("DELETE FROM routes WHERE alias = ?");
  return {
    list: () => call(() => select.all().map(read)),
    put: (route) => call(() => void upsert.run(route.alias, JSON.stringify(route))),
    delete: (alias) => call(() => remove.run(alias).changes > 0),
  };
}

function read({ alias, config }: Row): RouteConfig {
  return parseStored(routeSchema, config, { table: "routes", row: alias, column: "config" });
}
