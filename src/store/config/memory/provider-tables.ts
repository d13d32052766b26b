import type { ProviderConfig } from "#config/provider-schema";
import type { ProviderRepository } from "../repositories";
import type { NewProviderKey } from "../stored-provider";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

type OwnedKey = { readonly provider: string; readonly key: NewProviderKey };

export function providerTables(tables: Tables, call: Call): ProviderRepository {
  const providers = tables.table<ProviderConfig>();
  const keys = tables.table<OwnedKey>();
  const keysOf = (provider: string) => [...keys.values()].filter((owned) => owned.provider === provider);
  const putKey = (provider: string, key: NewProviderKey) => {
    if (!providers.has(provider)) throw new Error(`Cannot store a key of ${provider}: there is no such provider`);
    if (keysOf(provider).some(({ key: { id, name } }) => id !== key.id && name === key.name))
      throw new Error(`Cannot store a key of ${provider}: another has the name ${key.name}`);
    keys.set(key.id, { provider, key });
  };
  return {
    list: () =>
      call(() => [...providers].map(([id, config]) => ({ id, config, keys: keysOf(id).map(({ key }) => key) }))),
    put: (id, config) => call(() => void providers.set(id, config)),
    delete: (id) =>
      call(() => {
        for (const { key } of keysOf(id)) keys.delete(key.id);
        return providers.delete(id);
      }),
    putKey: (provider, key) => call(() => putKey(provider, key)),
    deleteKey: (provider, id) => call(() => keys.get(id)?.provider === provider && keys.delete(id)),
  };
}
