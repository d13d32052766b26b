import type {
  ConfiguredCustomer,
  ConfiguredGatewayLimit,
  ConfiguredProvider,
  ConfiguredRoute,
  ConfiguredTeam,
  ConfiguredVirtualKey,
} from "#config/configured";
import { type FileEntries, noEntries } from "#config/file-entries";
import type { PriceOverrideConfig } from "#config/price-schema";
import { referenceOf, type SecretResolver } from "#config/secrets";
import type { SettingsConfig } from "#config/settings-schema";
import { hashSecret, secretHint } from "#core/virtual-key";
import type { ConfigStore } from "#store/config/config-store";
import type { StoredProvider } from "#store/config/stored-provider";
import type { KeyHash, StoredVirtualKey } from "#store/config/stored-virtual-key";

/** What is configured: the file's entries, and what is stored beside them. Of two with one name the file's counts. */
export type ConfiguredEntries = {
  /** Takes the file's entries from now on. Nothing changes when it throws. */
  readonly load: (entries: FileEntries) => Promise<void>;
  readonly settings: () => Promise<ConfiguredSettings>;
  readonly providers: () => Promise<readonly ConfiguredProvider[]>;
  readonly routes: () => Promise<readonly ConfiguredRoute[]>;
  /** All virtual keys that are not revoked, the file's last. */
  readonly virtualKeys: () => Promise<readonly ConfiguredVirtualKey[]>;
  /** Those that the file declares, in its order. */
  readonly fileVirtualKeys: () => readonly ConfiguredVirtualKey[];
  readonly teams: () => Promise<readonly ConfiguredTeam[]>;
  readonly customers: () => Promise<readonly ConfiguredCustomer[]>;
  /** The gateway's own. */
  readonly limits: () => Promise<readonly ConfiguredGatewayLimit[]>;
  /** Declared by the file alone, in its order. */
  readonly prices: () => readonly PriceOverrideConfig[];
};

export type ConfiguredSettings = {
  readonly effective: SettingsConfig;
  readonly fromFile: SettingsConfig;
  /** The resolved secret of `metrics_token`. */
  readonly metricsToken?: string;
};

export type EntriesParts = {
  readonly store: ConfigStore;
  /** For values that came over the API. */
  readonly resolveSecret: SecretResolver;
  /** Makes and announces the secret of a file's key that has none. */
  readonly generateFileKey: (name: string) => Promise<string>;
  readonly warn: (fields: { readonly [name: string]: unknown }, message: string) => void;
};

export function createConfiguredEntries(given: EntriesParts): ConfiguredEntries {
  const parts = { ...given, warn: onceEach(given.warn) };
  const { store } = parts;
  let entries = noEntries;
  let fileKeys: readonly ConfiguredVirtualKey[] = [];
  return {
    load: async (loaded) => {
      fileKeys = await fileVirtualKeys(loaded, parts);
      entries = loaded;
    },
    settings: async () => {
      const stored = await store.settings.read();
      const metricsToken = entries.metricsToken ?? resolvedOrWarned(stored.metrics_token, parts);
      return {
        effective: { ...stored, ...entries.settings },
        fromFile: entries.settings,
        ...(metricsToken === undefined ? {} : { metricsToken }),
      };
    },
    providers: async () => {
      const declared = new Set(entries.providers.map((provider) => provider.id));
      const stored = (await store.providers.list()).filter(({ id }) => !declared.has(id));
      return [...entries.providers, ...stored.map((provider) => configuredProvider(provider, parts))];
    },
    routes: async () => {
      const declared = new Set(entries.routes.map((route) => route.alias));
      const stored = (await store.routes.list()).filter(({ alias }) => !declared.has(alias));
      return [...entries.routes, ...stored.map((route) => ({ ...route, source: "store" as const }))];
    },
    virtualKeys: async () => {
      const stored = await store.virtualKeys.list({ includeRevoked: false });
      return [...stored.map(configuredKey), ...fileKeys];
    },
    fileVirtualKeys: () => fileKeys,
    teams: async () => joined(entries.teams, await store.scopes.list("team")),
    customers: async () => joined(entries.customers, await store.scopes.list("customer")),
    limits: async () => joined(entries.limits, await store.scopes.list("limit")),
    prices: () => entries.prices,
  };
}

/** What the file declares, then what is stored under other names. */
function joined<T extends { readonly name: string }>(
  declared: readonly (T & { readonly source: "file" | "store" })[],
  stored: readonly T[],
): readonly (T & { readonly source: "file" | "store" })[] {
  const names = new Set(declared.map(({ name }) => name));
  const others = stored.filter(({ name }) => !names.has(name));
  return [...declared, ...others.map((entry) => ({ ...entry, source: "store" as const }))];
}

export function configuredKey({ id, hash, hint, previous, spec, alike }: StoredVirtualKey): ConfiguredVirtualKey {
  return {
    id,
    source: "store",
    hash,
    hint,
    ...(previous === undefined ? {} : { previous }),
    spec,
    ...(alike === undefined ? {} : { alike }),
  };
}

export function keyHash(secret: string): KeyHash {
  return { hash: hashSecret(secret), hint: secretHint(secret) };
}

function configuredProvider({ id, config, keys }: StoredProvider, parts: EntriesParts): ConfiguredProvider {
  return {
    id,
    source: "store",
    config,
    keys: keys.map(({ value, ...key }) => {
      const reference = referenceOf(value);
      const secret = resolvedOrWarned(value, parts, { provider: id, key: key.name });
      return { ...key, ...(reference === undefined ? {} : { reference }), ...(secret === undefined ? {} : { secret }) };
    }),
  };
}

/** A stored reference may lead nowhere after a restart; what hangs on it is left out rather than everything. */
function resolvedOrWarned(value: string | undefined, parts: EntriesParts, fields = {}): string | undefined {
  if (value === undefined) return undefined;
  const resolved = parts.resolveSecret(value);
  if (resolved.ok) return resolved.secret;
  parts.warn({ ...fields, reason: resolved.message }, "left out a stored secret that cannot be resolved");
  return undefined;
}

/** Listing providers resolves their secrets again: what is wrong is told the first time. */
function onceEach(warn: EntriesParts["warn"]): EntriesParts["warn"] {
  const told = new Set<string>();
  return (fields, message) => {
    const line = JSON.stringify([fields, message]);
    if (told.has(line)) return;
    told.add(line);
    warn(fields, message);
  };
}

async function fileVirtualKeys(entries: FileEntries, parts: EntriesParts): Promise<readonly ConfiguredVirtualKey[]> {
  const generated = await parts.store.fileKeys.list();
  const keys: ConfiguredVirtualKey[] = [];
  for (const { spec, secret } of entries.virtualKeys) {
    const known = secret === undefined ? generated.get(spec.name) : keyHash(secret);
    const { hash, hint } = known ?? keyHash(await parts.generateFileKey(spec.name));
    keys.push({ id: `file:${spec.name}`, source: "file", hash, hint, spec });
  }
  return keys;
}
