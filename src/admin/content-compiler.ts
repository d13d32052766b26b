import {
  compileProvider,
  compileRoute,
  compileSettings,
  compileVirtualKey,
  type SnapshotContent,
} from "#config/compile";
import type { ConfiguredVirtualKey } from "#config/configured";
import type { VirtualKey } from "#core/snapshot";
import type { ProviderDefinition } from "#providers/provider";
import type { ConfigStore } from "#store/config/config-store";
import { type ConfiguredEntries, configuredKey } from "./configured-entries";
import type { KeySlots } from "./key-slots";

/** Makes a snapshot's content of what is configured. `sequence` is that of the snapshot to be. */
export type ContentCompiler = {
  readonly all: (sequence: number) => Promise<SnapshotContent>;
  /** The content before with the part compiled anew that changed. */
  readonly after: (changed: ChangedPart, before: SnapshotContent, sequence: number) => Promise<SnapshotContent>;
};

export type ChangedPart = "settings" | "providers" | "routes" | { readonly virtualKey: string };

export type CompilerParts = {
  readonly store: ConfigStore;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly slots: KeySlots;
};

export function createContentCompiler(configured: ConfiguredEntries, parts: CompilerParts): ContentCompiler {
  const { store, definitions, slots } = parts;
  const settings = async () => {
    const { effective, metricsToken } = await configured.settings();
    return compileSettings(effective, metricsToken);
  };
  const providers = async () =>
    (await configured.providers()).map((provider) => compileProvider(provider, definitions.get(provider.id)));
  const routes = async () =>
    new Map((await configured.routes()).map((route) => [route.alias, compileRoute(route)] as const));
  const compiled = async (keys: readonly ConfiguredVirtualKey[]) => {
    await slots.allocate(keys.map((key) => key.id));
    return keys.map((key): [string, VirtualKey] => [key.hash, compileVirtualKey(key, slots.slotOf(key.id))]);
  };
  const withKey = async (id: string, before: SnapshotContent["virtualKeys"], sequence: number) => {
    const virtualKeys = new Map(before);
    const stored = await store.virtualKey(id);
    if (stored === undefined) return virtualKeys;
    if (stored.revokedAtMs === undefined) {
      for (const [hash, key] of await compiled([configuredKey(stored)])) virtualKeys.set(hash, key);
    } else if (virtualKeys.delete(stored.hash)) {
      await slots.release([id], sequence);
    }
    return virtualKeys;
  };
  return {
    all: async (sequence) => {
      const virtualKeys = new Map(await compiled(await configured.virtualKeys()));
      await slots.keepOnly(new Set([...virtualKeys.values()].map((key) => key.id)), sequence);
      return { settings: await settings(), virtualKeys, routes: await routes(), providers: await providers() };
    },
    after: async (changed, before, sequence) => {
      switch (changed) {
        case "settings":
          return { ...before, settings: await settings() };
        case "providers":
          return { ...before, providers: await providers() };
        case "routes":
          return { ...before, routes: await routes() };
        default:
          return { ...before, virtualKeys: await withKey(changed.virtualKey, before.virtualKeys, sequence) };
      }
    },
  };
}
