import type { AuditNote } from "#audit/audit-trail";
import { fieldChanges } from "#audit/field-changes";
import type { ConfiguredProvider, ConfiguredProviderKey } from "#config/configured";
import { type ProviderKeyConfig, providerKeySchema } from "#config/provider-schema";
import type { SecretResolver } from "#config/secrets";
import { ControlError } from "#core/control-error";
import type { HealthTable } from "#core/health";
import type { JsonObject } from "#lib/json";
import { keyHealthName } from "#metrics/health-name";
import { afterKeyTaken } from "#routing/health";
import type { Changed, Configuration } from "#snapshot/configuration";
import type { ConfigStore } from "#store/config/config-store";
import type { StoredProviderKey } from "#store/config/stored-provider";
import { listAnswer, pageOf, pageQuery } from "../paging";
import { invalidFields, parseInput } from "../parse-input";
import { applyPatch } from "../patch";
import { type ApiRoute, json, noContent } from "../route";
import { changeableProvider, findProvider } from "./providers";

export type ProviderKeyParts = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly resolveSecret: SecretResolver;
  readonly newId: () => string;
  readonly healthTable: Pick<HealthTable, "row" | "update">;
};

const path = "/api/providers/{id}/keys";

export function providerKeyRoutes(parts: ProviderKeyParts): readonly ApiRoute[] {
  const { store, configuration, healthTable } = parts;
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
      handle: async ({ params, body, origin }) => {
        const key = toStored(parts.newId(), parseInput(providerKeySchema, body, "body"));
        return configuration.create(origin, async () => {
          const { id } = await changeableProvider(params.id ?? "", configuration);
          const { result, ...change } = await putKey(parts, id, undefined, key);
          return { ...change, result: json(result, 201) };
        });
      },
    },
    {
      method: "PATCH",
      path: `${path}/{key}`,
      summary: "Change a provider key",
      access: "admin",
      body: providerKeySchema,
      handle: async ({ params, body, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const provider = await changeableProvider(params.id ?? "", configuration);
          const { id: keyId } = findKey(provider, params.key ?? "");
          const before = await storedKey(store, provider.id, keyId);
          const { id: _, ...current } = before;
          return putKey(parts, provider.id, before, toStored(keyId, applyPatch(providerKeySchema, current, body)));
        });
        // What the provider said of the key as it was says nothing of it now.
        const row = healthTable.row(keyHealthName(params.id ?? "", String(changed.name)));
        healthTable.update(row, afterKeyTaken);
        return json(changed);
      },
    },
    {
      method: "DELETE",
      path: `${path}/{key}`,
      summary: "Remove a provider key",
      access: "admin",
      handle: async ({ params, origin }) => {
        await configuration.change(origin, async () => {
          const provider = await changeableProvider(params.id ?? "", configuration);
          const key = await storedKey(store, provider.id, findKey(provider, params.key ?? "").id);
          await store.providers.deleteKey(provider.id, key.id);
          return { result: undefined, changed: "providers", event: note("delete", provider.id, key, undefined) };
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

/** @param before The key that it takes the place of. */
async function putKey(
  { store, configuration, resolveSecret }: ProviderKeyParts,
  providerId: string,
  before: StoredProviderKey | undefined,
  key: StoredProviderKey,
): Promise<Changed<JsonObject>> {
  const { keys } = await findProvider(providerId, configuration);
  if (keys.some((other) => other.name === key.name && other.id !== key.id)) {
    throw new ControlError("conflict", `Cannot use the name "${key.name}": another key of this provider has it`);
  }
  const resolved = resolveSecret(key.value);
  if (!resolved.ok) throw invalidFields([{ path: ["value"], message: resolved.message }], "body");
  await store.providers.putKey(providerId, key);
  const result = showProviderKey(findKey(await findProvider(providerId, configuration), key.id));
  const event = note(before === undefined ? "create" : "update", providerId, before, key);
  return { result, changed: "providers", event };
}

function note(
  verb: "create" | "update" | "delete",
  provider: string,
  before: StoredProviderKey | undefined,
  after: StoredProviderKey | undefined,
): AuditNote {
  const { id = "", name = "" } = after ?? before ?? {};
  const changes = fieldChanges(fieldsOf(provider, before), fieldsOf(provider, after), ["value"]);
  return { action: `provider_key.${verb}`, resource: { type: "provider_key", id, name }, changes };
}

function fieldsOf(provider: string, key: StoredProviderKey | undefined): object {
  if (key === undefined) return {};
  const { id: _, ...fields } = key;
  return { provider, ...fields };
}

async function storedKey(store: ConfigStore, provider: string, id: string): Promise<StoredProviderKey> {
  const stored = (await store.providers.list()).find((candidate) => candidate.id === provider);
  const key = stored?.keys.find((candidate) => candidate.id === id);
  if (key === undefined)
    throw new ControlError("not_found", `Cannot find the provider key: "${provider}" has none with the id "${id}"`);
  return key;
}

function findKey(provider: ConfiguredProvider, idOrName: string): ConfiguredProviderKey {
  const key = provider.keys.find((candidate) => candidate.id === idOrName || candidate.name === idOrName);
  if (key === undefined)
    throw new ControlError(
      "not_found",
      `Cannot find the provider key: "${provider.id}" has none with the id or name "${idOrName}"`,
    );
  return key;
}

function toStored(id: string, { name, value, weight, models }: ProviderKeyConfig): StoredProviderKey {
  return { id, name, value, weight: weight ?? 1, ...(models === undefined ? {} : { models }) };
}
