import { storedCredentials } from "#config/credentials";
import type { ConfigFile } from "#config/schema";
import { keyHash } from "#snapshot/configured-entries";
import { priceName, type SectionEntry, type Sections } from "./config-sections";

/**
 * What a pasted file wants, in the form of what is held. Where it leaves a secret blank, that of the held entry of the
 * same name stands in: a file that was written by this instance says nothing of its secrets.
 */
export function wantedSections(file: ConfigFile, held: Sections, resolve: (value: string) => string): Sections {
  const providers = Object.entries(file.providers ?? {});
  return {
    settings: new Map(Object.entries(file.settings ?? {}).map(([name, value]) => [name, stored({ value })])),
    providers: new Map(
      providers.map(([id, { keys: _, ...config }]) => {
        const headers = filledHeaders(config.headers, held.providers.get(id)?.fields);
        return [id, stored({ ...config, ...(headers !== undefined && { headers }) })];
      }),
    ),
    provider_keys: new Map(
      providers.flatMap(([id, { keys = [] }]) =>
        keys.map(({ name, credentials, value: given = "", weight = 1, models }) => {
          const value = credentials === undefined ? given : storedCredentials(credentials);
          const heldValue = valueIn(held.provider_keys.get(`${id}/${name}`)?.fields) ?? "";
          const same = value === "" || resolve(value) === resolve(heldValue);
          const fields = { value: same ? heldValue : value, weight, ...(models !== undefined && { models }) };
          return [`${id}/${name}`, stored(fields)];
        }),
      ),
    ),
    routes: named(file.routes, ({ alias }) => alias),
    prices: named(file.prices, priceName),
    customers: named(file.customers, ({ name }) => name),
    teams: named(file.teams, ({ name }) => name),
    limits: named(file.limits, ({ name }) => name),
    virtual_keys: new Map(
      (file.virtual_keys ?? []).map(({ value, ...spec }) => {
        const heldHash = hashIn(held.virtual_keys.get(spec.name)?.fields);
        const hash = value === undefined ? heldHash : keyHash(resolve(value)).hash;
        return [spec.name, stored({ ...spec, ...(hash !== undefined && { hash }) })];
      }),
    ),
  };
}

function stored(fields: object): SectionEntry {
  return { source: "store", fields };
}

function named<T extends object>(entries: readonly T[] = [], nameOf: (entry: T) => string) {
  return new Map(entries.map((entry) => [nameOf(entry), stored(entry)]));
}

type Headers = { readonly [name: string]: string };

function filledHeaders(wanted: Headers | undefined, held: { readonly headers?: Headers } = {}): Headers | undefined {
  if (wanted === undefined) return undefined;
  const filled = Object.entries(wanted).map(([name, value]) => [
    name,
    value === "" ? (held.headers?.[name] ?? "") : value,
  ]);
  return Object.fromEntries(filled);
}

function valueIn(fields: { readonly value?: unknown } = {}): string | undefined {
  return typeof fields.value === "string" ? fields.value : undefined;
}

function hashIn(fields: { readonly hash?: unknown } = {}): string | undefined {
  return typeof fields.hash === "string" ? fields.hash : undefined;
}
