import {
  compileProvider,
  compileRoute,
  compileSettings,
  compileVirtualKey,
  type SnapshotContent,
} from "#config/compile";
import type { ConfiguredProvider, ConfiguredRoute, ConfiguredVirtualKey } from "#config/configured";
import { type FileEntries, noEntries } from "#config/file-entries";
import { referenceOf, type SecretResolver } from "#config/secrets";
import type { SettingsConfig } from "#config/settings-schema";
import { diffSnapshots, fullSnapshot } from "#config/snapshot-diff";
import type { VirtualKey } from "#core/snapshot";
import type { SnapshotMessage } from "#core/snapshot-delta";
import { hashSecret, secretHint } from "#core/virtual-key";
import type { ProviderDefinition } from "#providers/provider";
import type { ConfigStore, KeyHash, StoredProvider, StoredVirtualKey } from "#store/config/config-store";
import type { KeySlots } from "./key-slots";

/** What holds right now: the file's entries over the stored ones, compiled and on the workers. */
export type Configuration = {
  /** Takes the file's entries and everything stored; the first call makes the first snapshot. */
  readonly load: (entries: FileEntries) => Promise<void>;
  /**
   * Runs `work`, one at a time, then compiles what it changed and waits until every worker has it (at most a second).
   * Nothing changes when it throws.
   */
  readonly change: <T>(work: () => Promise<Changed<T>>) => Promise<T>;
  readonly full: () => SnapshotMessage;
  readonly content: () => SnapshotContent;
  readonly settings: () => { readonly effective: SettingsConfig; readonly fromFile: SettingsConfig };
  readonly providers: () => Promise<readonly ConfiguredProvider[]>;
  readonly routes: () => Promise<readonly ConfiguredRoute[]>;
  /** Those that the file declares, in its order. */
  readonly fileVirtualKeys: () => readonly ConfiguredVirtualKey[];
};

export type Changed<T> = { readonly result: T; readonly changed: "settings" | "providers" | "routes" | ChangedKey };
export type ChangedKey = { readonly virtualKey: string };

export type ConfigurationParts = {
  readonly store: ConfigStore;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  /** For values that came over the API. */
  readonly resolveSecret: SecretResolver;
  readonly slots: KeySlots;
  readonly publish: (delta: SnapshotMessage) => Promise<unknown>;
  /** Makes and announces the secret of a file's key that has none. */
  readonly generateFileKey: (name: string) => Promise<string>;
  readonly warn: (fields: { readonly [name: string]: unknown }, message: string) => void;
};

const emptyContent: SnapshotContent = {
  settings: compileSettings({}),
  virtualKeys: new Map(),
  routes: new Map(),
  providers: [],
};

export async function createConfiguration(given: ConfigurationParts): Promise<Configuration> {
  const parts = { ...given, warn: onceEach(given.warn) };
  const { store, definitions, slots } = parts;
  let entries = noEntries;
  let fileKeys: readonly ConfiguredVirtualKey[] = [];
  let content = emptyContent;
  let storedSettings: SettingsConfig = {};
  let sequence = Number((await store.fact("snapshot_sequence")) ?? "0");
  let last: Promise<unknown> = Promise.resolve();

  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const replace = async (next: SnapshotContent) => {
    const delta = diffSnapshots(content, next, sequence + 1);
    content = next;
    if (delta === undefined) return;
    await store.setFact("snapshot_sequence", String(delta.sequence));
    sequence = delta.sequence;
    await parts.publish(delta);
  };
  const providers = async () => {
    const declared = new Set(entries.providers.map((provider) => provider.id));
    const stored = (await store.providers()).filter(({ id }) => !declared.has(id));
    return [...entries.providers, ...stored.map((provider) => configuredProvider(provider, parts))];
  };
  const routes = async (): Promise<readonly ConfiguredRoute[]> => {
    const declared = new Set(entries.routes.map((route) => route.alias));
    const stored = (await store.routes()).filter(({ alias }) => !declared.has(alias));
    return [...entries.routes, ...stored.map((route) => ({ ...route, source: "store" as const }))];
  };
  const settings = () => {
    const metricsToken = entries.metricsToken ?? resolvedOrWarned(storedSettings.metrics_token, parts);
    return compileSettings({ ...storedSettings, ...entries.settings }, metricsToken);
  };
  const compiledProviders = async () =>
    (await providers()).map((provider) => compileProvider(provider, definitions.get(provider.id)));
  const compiledRoutes = async () => new Map((await routes()).map((route) => [route.alias, compileRoute(route)]));
  const compiled = async (keys: readonly ConfiguredVirtualKey[]) => {
    await slots.allocate(keys.map((key) => key.id));
    return keys.map((key): [string, VirtualKey] => [key.hash, compileVirtualKey(key, slots.slotOf(key.id))]);
  };
  const compiledKeys = async () => {
    const stored = await store.virtualKeys({ includeRevoked: false });
    return new Map(await compiled([...stored.map(configuredKey), ...fileKeys]));
  };
  const withKey = async (id: string) => {
    const virtualKeys = new Map(content.virtualKeys);
    const stored = await store.virtualKey(id);
    if (stored === undefined) return virtualKeys;
    if (stored.revokedAtMs === undefined) {
      for (const [hash, key] of await compiled([configuredKey(stored)])) virtualKeys.set(hash, key);
    } else if (virtualKeys.delete(stored.hash)) {
      await slots.release([id], sequence + 1);
    }
    return virtualKeys;
  };
  const recompile = async (changed: Changed<unknown>["changed"]): Promise<SnapshotContent> => {
    switch (changed) {
      case "settings":
        storedSettings = await store.settings();
        return { ...content, settings: settings() };
      case "providers":
        return { ...content, providers: await compiledProviders() };
      case "routes":
        return { ...content, routes: await compiledRoutes() };
      default:
        return { ...content, virtualKeys: await withKey(changed.virtualKey) };
    }
  };

  return {
    load: (loaded) =>
      exclusively(async () => {
        fileKeys = await fileVirtualKeys(loaded, parts);
        entries = loaded;
        storedSettings = await store.settings();
        const virtualKeys = await compiledKeys();
        await slots.keepOnly(new Set([...virtualKeys.values()].map((key) => key.id)), sequence + 1);
        await replace({
          settings: settings(),
          virtualKeys,
          routes: await compiledRoutes(),
          providers: await compiledProviders(),
        });
      }),
    change: (work) =>
      exclusively(async () => {
        const { result, changed } = await work();
        await replace(await recompile(changed));
        return result;
      }),
    full: () => fullSnapshot(content, sequence),
    content: () => content,
    settings: () => ({ effective: { ...storedSettings, ...entries.settings }, fromFile: entries.settings }),
    providers,
    routes,
    fileVirtualKeys: () => fileKeys,
  };
}

function configuredKey({ id, hash, hint, spec }: StoredVirtualKey): ConfiguredVirtualKey {
  return { id, source: "store", hash, hint, spec };
}

function configuredProvider({ id, config, keys }: StoredProvider, parts: ConfigurationParts): ConfiguredProvider {
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
function resolvedOrWarned(value: string | undefined, parts: ConfigurationParts, fields = {}): string | undefined {
  if (value === undefined) return undefined;
  const resolved = parts.resolveSecret(value);
  if (resolved.ok) return resolved.secret;
  parts.warn({ ...fields, reason: resolved.message }, "left out a stored secret that cannot be resolved");
  return undefined;
}

/** Listing providers resolves their secrets again: what is wrong is told the first time. */
function onceEach(warn: ConfigurationParts["warn"]): ConfigurationParts["warn"] {
  const told = new Set<string>();
  return (fields, message) => {
    const line = JSON.stringify([fields, message]);
    if (told.has(line)) return;
    told.add(line);
    warn(fields, message);
  };
}

async function fileVirtualKeys(
  entries: FileEntries,
  parts: ConfigurationParts,
): Promise<readonly ConfiguredVirtualKey[]> {
  const generated = await parts.store.fileKeys();
  const keys: ConfiguredVirtualKey[] = [];
  for (const { spec, secret } of entries.virtualKeys) {
    const known = secret === undefined ? generated.get(spec.name) : keyHash(secret);
    const { hash, hint } = known ?? keyHash(await parts.generateFileKey(spec.name));
    keys.push({ id: `file:${spec.name}`, source: "file", hash, hint, spec });
  }
  return keys;
}

export function keyHash(secret: string): KeyHash {
  return { hash: hashSecret(secret), hint: secretHint(secret) };
}
