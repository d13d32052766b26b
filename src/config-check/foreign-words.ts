import { isDeepStrictEqual } from "node:util";
import type { CredentialsField } from "#config/credentials-schema";
import type { ConfigFile } from "#config/schema";
import { type DialectName, dialectNames } from "#dialects/registry";
import { isObject, type Json, type JsonObject, numberOf } from "#lib/json";
import { baseUrlVariables, filledBaseUrl, rootedBaseUrl } from "#providers/base-url";
import type { ProviderDefinition } from "#providers/provider";

/** As much of a configuration as can be written, and the paths of what cannot. */
export type Draft = { readonly config: ConfigFile; readonly left: readonly string[] };

export type DraftProvider = NonNullable<ConfigFile["providers"]>[string];
export type Definitions = ReadonlyMap<string, ProviderDefinition>;

/** A reference in our words: LiteLLM's `os.environ/NAME`, Bifrost's `env.NAME`. A literal secret stays in its own file. */
export function referenceIn(value: Json | undefined): string {
  const [, name] = typeof value === "string" ? (/^(?:os\.environ\/|env\.)(\w+)$/.exec(value) ?? []) : [];
  return name === undefined ? "" : `env:${name}`;
}

/** What we call a provider that has another name elsewhere. */
export function providerNamed(name: string, definitions: Definitions): string {
  return [...definitions.values()].find(({ otherNames = [] }) => otherNames.includes(name))?.id ?? name;
}

/** What a provider speaks that is known by its name alone: as its namesake, else as most do. */
export function dialectFor(name: string, definitions: Definitions): DialectName | undefined {
  const [first] = definitions.get(name)?.dialects ?? [];
  return (typeof first === "string" ? first : first?.name) ?? dialectNames[0];
}

/** An id that a provider may have. */
export function providerIdOf(name: string): string {
  const id = name.toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
  return id.replace(/^[^a-z0-9]+/, "").slice(0, 64) || "provider";
}

/** One for each address: the id that a provider has at this one, or may have. */
function idAt(providers: Readonly<Record<string, DraftProvider>>, name: string, baseUrl: string): string {
  const host = URL.parse(baseUrl)?.hostname ?? "";
  const further = Array.from({ length: 100 }, (_, index) => `${name}-${index + 2}`);
  const ids = [`${name}-${host}`, ...further].map(providerIdOf);
  return ids.find((id) => (providers[id]?.base_url ?? baseUrl) === baseUrl) ?? providerIdOf(name);
}

/**
 * The provider of a deployment, as it is known by name or at an address of its own, with the id that it gets. Undefined where
 * neither is known.
 */
export function placedAt(
  providers: Readonly<Record<string, DraftProvider>>,
  name: string,
  baseUrl: string | undefined,
  definitions: Definitions,
): { readonly id: string; readonly provider: DraftProvider } | undefined {
  const definition = definitions.get(name);
  const needsAddress = definition === undefined || baseUrlVariables(definition).length > 0;
  if (baseUrl === undefined) return needsAddress ? undefined : { id: name, provider: providers[name] ?? {} };
  const rooted = definition === undefined ? baseUrl : rootedBaseUrl(baseUrl, definition);
  const isOwn = definition?.baseUrl.includes("{") === true;
  const isFirst = isOwn && (providers[name]?.base_url ?? rooted) === rooted;
  const id = isFirst ? name : idAt(providers, name, rooted);
  if (definitions.has(id)) return { id, provider: providers[id] ?? { base_url: rooted } };
  const dialect = dialectFor(name, definitions);
  const usual = dialect === undefined ? {} : { dialect };
  const spoken = isOwn ? spokenBy(definition) : usual;
  return { id, provider: providers[id] ?? { base_url: rooted, ...spoken } };
}

/** What a provider speaks and how it takes its key, for one like it at another address. */
function spokenBy({ auth, dialects }: ProviderDefinition): Pick<DraftProvider, "auth" | "dialects"> {
  const entries = dialects.map((entry) => {
    if (typeof entry === "string") return entry;
    const { models, name, path } = entry;
    return { name, ...(path !== undefined && { path }), ...(models !== undefined && { models: [...models] }) };
  });
  return { dialects: entries, auth };
}

/** A provider with one key more, where it has none of this secret. */
export function withKey(
  provider: DraftProvider,
  secret: { readonly value: string } | { readonly credentials: CredentialsField },
): DraftProvider {
  const keys = provider.keys ?? [];
  const isThere = keys.some(({ name: _, ...key }) => isDeepStrictEqual(key, secret));
  return isThere ? provider : { ...provider, keys: [...keys, { name: `key-${keys.length + 1}`, ...secret }] };
}

/** Where a provider is in a region, if its address names one. */
export function regionalBaseUrl(
  name: string,
  region: string | undefined,
  definitions: Definitions,
): string | undefined {
  const definition = definitions.get(name);
  if (definition === undefined || region === undefined || !definition.baseUrl.includes("{AWS_REGION")) return undefined;
  return filledBaseUrl(definition, () => region);
}

/** Paths of what an object has beside the keys that were read; `path` is its own. */
export function leftIn(object: JsonObject | undefined, path: string, read: readonly string[]): readonly string[] {
  return Object.entries(object ?? {}).flatMap(([key, value]) =>
    read.includes(key) || value === null || value === undefined ? [] : [path === "" ? key : `${path}.${key}`],
  );
}

/** The same, key by key, of a section. */
export function leftInSection(file: JsonObject, section: string, read: readonly string[]): readonly string[] {
  const value = file[section];
  if (value === undefined || value === null) return [];
  return isObject(value) ? leftIn(value, section, read) : [section];
}

/** A whole number of at least 0 and at most `most`. */
export function countIn(object: JsonObject, keys: readonly string[], most: number): number | undefined {
  for (const key of keys) {
    const count = numberOf(object, key);
    if (count !== undefined && Number.isInteger(count) && count >= 0) return Math.min(count, most);
  }
  return undefined;
}

/** A time as milliseconds; `unitMs` is how long one of its own units is. */
export function timeIn(object: JsonObject, keys: readonly string[], unitMs: number): number | undefined {
  for (const key of keys) {
    const time = numberOf(object, key);
    if (time !== undefined && time > 0) return Math.round(time * unitMs);
  }
  return undefined;
}
