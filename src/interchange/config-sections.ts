import type { ConfiguredProviderKey, Source } from "#config/configured";
import { credentialsIn, storedCredentials } from "#config/credentials";
import { type ConfigFile, configSchema } from "#config/schema";
import { referenceOf } from "#config/secrets";
import type { Configuration } from "#snapshot/configuration";
import type { Configured } from "#snapshot/sections";

/** The lists of the configuration file, with the keys of providers apart from them. */
export const sectionNames = [
  "settings",
  "providers",
  "provider_keys",
  "routes",
  "prices",
  "customers",
  "teams",
  "limits",
  "virtual_keys",
] as const;

export type ConfigSection = (typeof sectionNames)[number];

/** An entry with the fields that are compared. */
export type SectionEntry = { readonly source: Source; readonly fields: object };

/** By section and name; a provider key's is `provider/key`. */
export type Sections = { readonly [section in ConfigSection]: ReadonlyMap<string, SectionEntry> };

/** What is configured now, with its secrets: for comparing alone. */
export async function heldSections({ entries }: Pick<Configuration, "entries">): Promise<Sections> {
  const { effective, fromFile } = await entries("settings");
  const providers = await entries("providers");
  return {
    settings: new Map(
      Object.entries(effective).map(([name, value]) => [
        name,
        { source: Object.hasOwn(fromFile, name) ? "file" : "store", fields: { value } },
      ]),
    ),
    providers: new Map(providers.map(({ id, source, config }) => [id, { source, fields: config }])),
    provider_keys: new Map(
      providers.flatMap(({ id, source, keys }) =>
        keys.map(({ name, weight, models, ...key }) => [
          `${id}/${name}`,
          { source, fields: { value: storedValue(key), weight, ...(models !== undefined && { models }) } },
        ]),
      ),
    ),
    routes: named(await entries("routes"), ({ alias }) => alias),
    prices: new Map((await entries("prices")).map((price) => [priceName(price), { source: "file", fields: price }])),
    customers: named(await entries("customers"), ({ name }) => name),
    teams: named(await entries("teams"), ({ name }) => name),
    limits: named(await entries("limits"), ({ name }) => name),
    virtual_keys: await virtualKeys(await entries("virtualKeys")),
  };
}

/** As the store has it: see `storedCredentials`. */
function storedValue({
  credentials,
  reference,
  secret,
}: Pick<ConfiguredProviderKey, "credentials" | "reference" | "secret">) {
  const own = credentials === undefined ? (reference ?? secret) : storedCredentials(reference ?? credentials);
  return own ?? "";
}

async function virtualKeys(pages: Configured["virtualKeys"]): Promise<ReadonlyMap<string, SectionEntry>> {
  const all = new Map<string, SectionEntry>();
  await pages(async (keys) => {
    for (const { spec, source, hash } of keys) all.set(spec.name, { source, fields: { ...spec, hash } });
  });
  return all;
}

export function priceName({ provider = "*", model, from }: NonNullable<ConfigFile["prices"]>[number]): string {
  return `${provider}/${model}${from === undefined ? "" : ` from ${from}`}`;
}

function named<T extends { readonly source: Source }>(entries: readonly T[], nameOf: (entry: T) => string) {
  return new Map(entries.map((entry) => [nameOf(entry), withoutSource(entry)]));
}

function withoutSource({ source, ...fields }: { readonly source: Source }): SectionEntry {
  return { source, fields };
}

/** The same as a configuration file: literal secrets are blank, and those of virtual keys, of which hashes are kept, left out. */
export function fileOf(held: Sections): ConfigFile {
  const list = (section: ConfigSection) => [...held[section].values()].map(({ fields }) => fields);
  const providers = [...held.providers].map(([id, { fields }]) => [
    id,
    { ...blankHeaders(fields), ...keysOf(id, held) },
  ]);
  const file = {
    settings: Object.fromEntries([...held.settings].flatMap(([name, { fields }]) => setting(name, fields))),
    providers: Object.fromEntries(providers),
    routes: list("routes"),
    prices: list("prices"),
    customers: list("customers"),
    teams: list("teams"),
    limits: list("limits"),
    virtual_keys: list("virtual_keys").map((fields) => without(fields, "hash")),
  };
  const filled = Object.entries(file).filter(([, section]) => Object.keys(section).length > 0);
  return configSchema.parse(Object.fromEntries(filled));
}

function setting(name: string, { value }: { readonly value?: unknown }): readonly (readonly [string, unknown])[] {
  if (name !== "metrics_token") return [[name, value]];
  return typeof value === "string" && referenceOf(value) !== undefined ? [[name, value]] : [];
}

function keysOf(provider: string, { provider_keys: keys }: Sections): object {
  const own = [...keys].filter(([name]) => name.startsWith(`${provider}/`));
  if (own.length === 0) return {};
  return { keys: own.map(([name, { fields }]) => ({ name: name.slice(provider.length + 1), ...blankValue(fields) })) };
}

function blankValue(fields: { readonly value?: unknown }): object {
  const { value } = fields;
  const credentials = typeof value === "string" ? credentialsIn(value) : undefined;
  if (typeof credentials === "string" && referenceOf(credentials) !== undefined)
    return { ...without(fields, "value"), credentials };
  return { ...fields, value: typeof value === "string" ? (referenceOf(value) ?? "") : "" };
}

/** They may carry secrets of an operator's own proxy. */
function blankHeaders(fields: { readonly headers?: object }): object {
  const { headers, ...rest } = fields;
  if (headers === undefined) return rest;
  return { ...rest, headers: Object.fromEntries(Object.keys(headers).map((name) => [name, ""])) };
}

function without(fields: object, field: string): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
}
