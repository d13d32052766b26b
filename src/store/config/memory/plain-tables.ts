import type { RouteConfig } from "#config/schema";
import type { SettingsConfig } from "#config/settings-schema";
import type { Fact, FactName } from "../facts";
import type { FileKeyRepository, RouteRepository, ScopeRepository, SettingsRepository } from "../repositories";
import type { ScopeConfigs, ScopeKind } from "../stored-scope";
import type { KeyHash } from "../stored-virtual-key";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function routeTable(tables: Tables, call: Call): RouteRepository {
  const routes = tables.table<RouteConfig>();
  return {
    list: () => call(() => [...routes.values()]),
    put: (route) => call(() => void routes.set(route.alias, route)),
    delete: (alias) => call(() => routes.delete(alias)),
  };
}

export function fileKeyTable(tables: Tables, call: Call): FileKeyRepository {
  const keys = tables.table<KeyHash>();
  return {
    list: () => call(() => new Map(keys)),
    put: (name, key) => call(() => void keys.set(name, key)),
  };
}

export function scopeTables(tables: Tables, call: Call): ScopeRepository {
  const scopes: { readonly [K in ScopeKind]: Map<string, ScopeConfigs[K]> } = {
    team: tables.table(),
    customer: tables.table(),
    limit: tables.table(),
  };
  const table = <K extends ScopeKind>(kind: K): Map<string, ScopeConfigs[K]> => scopes[kind];
  return {
    list: (kind) => call(() => [...table(kind).values()].sort((left, right) => (left.name < right.name ? -1 : 1))),
    find: (kind, name) => call(() => table(kind).get(name)),
    put: (kind, config) => call(() => void table(kind).set(config.name, config)),
    delete: (kind, name) => call(() => void table(kind).delete(name)),
  };
}

export function settingsTables(tables: Tables, call: Call): SettingsRepository {
  const settings = tables.table<SettingsConfig>();
  const facts: { readonly [N in FactName]: Map<string, Fact<N>> } = {
    admin_token_hash: tables.table(),
    sign_in_link: tables.table(),
    environment_seen: tables.table(),
    config_file_hash: tables.table(),
    snapshot_sequence: tables.table(),
    catalog: tables.table(),
    slot_allocator: tables.table(),
  };
  const table = <N extends FactName>(name: N): Map<string, Fact<N>> => facts[name];
  return {
    read: () => call(() => settings.get("settings") ?? {}),
    write: (values) => call(() => void settings.set("settings", values)),
    fact: (name) => call(() => table(name).get(name)),
    setFact: (name, value) => call(() => void table(name).set(name, value)),
  };
}
