import type { ConfiguredProvider, ConfiguredVirtualKey } from "#config/configured";
import { credentialsIn, resolveCredentials } from "#config/credentials";
import type { Credentials } from "#config/credentials-schema";
import type { FileEntries } from "#config/file-entries";
import { referenceOf, type SecretResolver } from "#config/secrets";
import type { SettingsConfig } from "#config/settings-schema";
import type { Repositories } from "#store/config/repositories";
import type { StoredProvider } from "#store/config/stored-provider";
import type { StoredVirtualKey } from "#store/config/stored-virtual-key";

/** Where what is configured comes from. */
export type Sources = {
  readonly file: FileEntries;
  /** The virtual keys that the file declares, in its order, with the secrets that were generated for them. */
  readonly fileKeys: readonly ConfiguredVirtualKey[];
  readonly store: Repositories;
  readonly secrets: StoredSecrets;
  readonly credentials: StoredCredentials;
  /** Of the catalog that holds; undefined for the shipped one. */
  readonly catalogVersion?: (() => string | undefined) | undefined;
  /** What ids of stored objects are sealed with. */
  readonly objectSecret?: string | undefined;
};

/** Resolves a value that came over the API: the secret that it is or refers to, undefined where it leads nowhere. */
export type StoredSecrets = (
  value: string | undefined,
  /** Where it is, for the warning. */
  fields?: { readonly [name: string]: string },
) => string | undefined;

/** Resolves credentials that came over the API; undefined where they cannot be used, or are none. */
export type StoredCredentials = (
  value: string,
  fields: { readonly [name: string]: string },
) => { readonly reference: string | undefined; readonly credentials: Credentials | undefined } | undefined;

export type Warn = (fields: { readonly [name: string]: unknown }, message: string) => void;

/**
 * A stored reference may lead nowhere after a restart; what hangs on it is left out rather than everything. Secrets are
 * resolved with every look at them: what is wrong is logged the first time.
 */
export function createStoredSecrets(resolve: SecretResolver, warn: Warn): StoredSecrets {
  const warned = new Set<string>();
  return (value, fields = {}) => {
    if (value === undefined || value === "") return undefined;
    const resolved = resolve(value);
    if (resolved.ok) return resolved.secret;
    const warning = { ...fields, reason: resolved.message };
    const line = JSON.stringify(warning);
    if (!warned.has(line)) warn(warning, "left out a stored secret that cannot be resolved");
    warned.add(line);
    return undefined;
  };
}

/** The same for what a key's stored value is where that is credentials. */
export function createStoredCredentials(resolve: SecretResolver, warn: Warn): StoredCredentials {
  const warned = new Set<string>();
  return (value, fields) => {
    const field = credentialsIn(value);
    if (field === undefined) return undefined;
    const resolved = resolveCredentials(field, resolve, { mayReadFiles: false });
    const reference = typeof field === "string" ? referenceOf(field) : undefined;
    if (resolved.ok) return { reference, credentials: resolved.credentials };
    const warning = { ...fields, reason: resolved.message };
    const line = JSON.stringify(warning);
    if (!warned.has(line)) warn(warning, "left out stored credentials that cannot be used");
    warned.add(line);
    return { reference, credentials: undefined };
  };
}

export type ConfiguredSettings = {
  readonly effective: SettingsConfig;
  readonly fromFile: SettingsConfig;
  /** The resolved secret of `metrics_token`. */
  readonly metricsToken?: string;
  /** Of the catalog that was applied last; absent: the shipped one. */
  readonly catalogVersion?: string;
  readonly objectSecret?: string;
};

export async function configuredSettings({
  catalogVersion,
  file,
  objectSecret,
  store,
  secrets,
}: Sources): Promise<ConfiguredSettings> {
  const stored = await store.settings.read();
  const applied = catalogVersion?.();
  const metricsToken = file.metricsToken ?? secrets(stored.metrics_token);
  return {
    effective: { ...stored, ...file.settings },
    fromFile: file.settings,
    ...(metricsToken !== undefined && { metricsToken }),
    ...(applied !== undefined && { catalogVersion: applied }),
    ...(objectSecret !== undefined && { objectSecret }),
  };
}

export function configuredKey({ id, hash, hint, previous, spec, alike }: StoredVirtualKey): ConfiguredVirtualKey {
  // Without a spread where it can be: there may be a hundred thousand.
  const key: ConfiguredVirtualKey = alike
    ? { id, source: "store", hash, hint, spec, alike }
    : { id, source: "store", hash, hint, spec };
  return previous === undefined ? key : { ...key, previous };
}

export function configuredProvider(
  { id, config, keys }: StoredProvider,
  { credentials: credentialsOf, secrets }: Pick<Sources, "credentials" | "secrets">,
): ConfiguredProvider {
  return {
    id,
    source: "store",
    config,
    keys: keys.map(({ value, ...key }) => {
      const found = credentialsOf(value, { provider: id, key: key.name });
      if (found !== undefined) {
        const { credentials, reference } = found;
        return {
          ...key,
          ...(reference !== undefined && { reference }),
          ...(credentials !== undefined && { credentials }),
        };
      }
      const reference = referenceOf(value);
      const secret = secrets(value, { provider: id, key: key.name });
      return { ...key, ...(reference !== undefined && { reference }), ...(secret !== undefined && { secret }) };
    }),
  };
}
