import type { ConfiguredProvider, ConfiguredProviderKey } from "#config/configured";
import { type ProviderKeyConfig, providerKeySchema } from "#config/provider-schema";
import type { SecretResolver } from "#config/secrets";
import type { JsonObject } from "#lib/json";
import type { ConfigStore, StoredProviderKey } from "#store/config/config-store";
import { type AdminRoute, json, noContent } from "./admin-route";
import type { Configuration } from "./configuration";
import { listAnswer, pageOf, pageQuery } from "./paging";
import { applyPatch } from "./patch";
import { changeableProvider, findProvider } from "./providers";
import { parseInput, Refusal, refuseFields } from "./refusal";

export type ProviderKeyParts = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly resolveSecret: SecretResolver;
  readonly newId: () => string;
};

const path = "/api/providers/{id}/keys";

export function providerKeyRoutes(parts: ProviderKeyParts): readonly AdminRoute[] {
  const { store, configuration } = parts;
  return [
    {
      method: "GET",
      path,
      summary: "List a provider's keys, without their secrets",
      access: "admin",
      query: pageQuery,
      handle: async ({ params, query }) => {
        const { keys } = await findProvider(params.id ?? "", configuration);
        const { page, next } = pageOf(keys, ({ id }) => id, parseInput(pageQuery, query, "query"));
        return listAnswer(page.map(showProviderKey), next);
      },
    },
    {
      method: "POST",
      path,
      summary: "Add a key to a provider; its secret is never shown again",
      access: "admin",
      body: providerKeySchema,
      handle: async ({ params, body }) => {
        const key = toStored(parts.newId(), parseInput(providerKeySchema, body, "body"));
        return json(await putKey(parts, params.id ?? "", async () => key), 201);
      },
    },
    {
      method: "PATCH",
      path: `${path}/{key}`,
      summary: "Change a provider key",
      access: "admin",
      body: providerKeySchema,
      handle: async ({ params, body }) => {
        const { id = "", key: wanted = "" } = params;
        const changed = await putKey(parts, id, async (provider) => {
          const { id: keyId } = findKey(provider, wanted);
          const stored = (await store.providers()).find((candidate) => candidate.id === id);
          const { id: _, ...current } = stored?.keys.find((candidate) => candidate.id === keyId) ?? { id: keyId };
          return toStored(keyId, applyPatch(providerKeySchema, current, body));
        });
        return json(changed);
      },
    },
    {
      method: "DELETE",
      path: `${path}/{key}`,
      summary: "Remove a provider key",
      access: "admin",
      handle: async ({ params }) => {
        await configuration.change(async () => {
          const provider = await changeableProvider(params.id ?? "", configuration);
          await store.deleteProviderKey(provider.id, findKey(provider, params.key ?? "").id);
          return { result: undefined, changed: "providers" };
        });
        return noContent;
      },
    },
  ];
}

/** What may be seen of a provider key: never its secret. */
export function showProviderKey({ id, name, reference, secret, weight, models }: ConfiguredProviderKey): JsonObject {
  return {
    id,
    name,
    ...(reference === undefined ? {} : { reference }),
    weight,
    ...(models === undefined ? {} : { models }),
    usable: secret !== undefined,
  };
}

async function putKey(
  { store, configuration, resolveSecret }: ProviderKeyParts,
  providerId: string,
  make: (provider: ConfiguredProvider) => Promise<StoredProviderKey>,
): Promise<JsonObject> {
  const id = await configuration.change(async () => {
    const provider = await changeableProvider(providerId, configuration);
    const key = await make(provider);
    if (provider.keys.some((other) => other.name === key.name && other.id !== key.id)) {
      throw new Refusal(409, `Cannot use the name "${key.name}": another key of this provider has it`);
    }
    const resolved = resolveSecret(key.value);
    if (!resolved.ok) throw refuseFields([{ path: ["value"], message: resolved.message }], "body");
    await store.putProviderKey(provider.id, key);
    return { result: key.id, changed: "providers" };
  });
  return showProviderKey(findKey(await findProvider(providerId, configuration), id));
}

function findKey(provider: ConfiguredProvider, idOrName: string): ConfiguredProviderKey {
  const key = provider.keys.find((candidate) => candidate.id === idOrName || candidate.name === idOrName);
  if (key === undefined)
    throw new Refusal(404, `Cannot find the provider key: "${provider.id}" has none with the id or name "${idOrName}"`);
  return key;
}

function toStored(id: string, { name, value, weight, models }: ProviderKeyConfig): StoredProviderKey {
  return { id, name, value, weight: weight ?? 1, ...(models === undefined ? {} : { models }) };
}
