import { changeNote } from "#audit/change-note";
import type { ConfiguredProvider, ConfiguredProviderKey } from "#config/configured";
import { credentialsIn, resolveCredentials, storedCredentials } from "#config/credentials";
import { keyValueProblem } from "#config/provider-problem";
import { type ProviderKeyConfig, providerKeySchema } from "#config/provider-schema";
import { referenceOf } from "#config/secrets";
import { ControlError } from "#core/control-error";
import { keyHealthName } from "#metrics/health-name";
import { afterKeyAccepted } from "#routing/health";
import type { Changed } from "#snapshot/configuration";
import type { NewProviderKey } from "#store/config/stored-provider";
import { bodyOf, deletion, type Patch, patchOf, queryOf } from "../input";
import { pageFrom, pageQuery, pageView } from "../paging";
import { invalidFields } from "../parse-input";
import { created, noContent, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { type ProviderKeyView, providerKeyView, showProviderKey, versionedKey } from "./provider-key-view";
import { findProvider, findStoredProvider } from "./providers";

type Services = Pick<
  ApiServices,
  "store" | "configuration" | "definitions" | "resolveSecret" | "newId" | "healthTable" | "tokens"
>;

const path = "/api/providers/{id}/keys";

export function providerKeyRoutes(services: Services): readonly ApiRoute[] {
  const { configuration } = services;
  return [
    route({
      method: "GET",
      path,
      summary: "List a provider's keys, without their secrets",
      permission: "provider-keys:view",
      input: queryOf(pageQuery),
      response: ok(pageView(providerKeyView)),
      handle: async ({ params, query }) => {
        const { keys } = await findProvider(params.id, configuration);
        return pageFrom(
          keys,
          query,
          ({ id }) => id,
          (key) => showProviderKey(key, services.tokens.stateOf),
        );
      },
    }),
    route({
      method: "POST",
      path,
      summary: "Add a key to a provider; its secret is never shown again",
      permission: "provider-keys:edit",
      input: bodyOf(providerKeySchema),
      response: created(providerKeyView),
      handle: async ({ params, body, origin, keep }) => {
        const key = toStored(services.newId(), body);
        await prepareToken(params.id, key, services);
        const create = async () => {
          const { id } = await findStoredProvider(params.id, configuration);
          return putKey(services, id, undefined, key);
        };
        return configuration.create(origin, create, keep);
      },
    }),
    ...oneKeyRoutes(services),
  ];
}

function oneKeyRoutes({ store, configuration, healthTable, ...rest }: Services): readonly ApiRoute[] {
  const services = { store, configuration, healthTable, ...rest };
  return [
    route({
      method: "PATCH",
      path: `${path}/{key}`,
      summary: "Change a provider key",
      permission: "provider-keys:edit",
      input: patchOf(providerKeySchema),
      response: ok(providerKeyView),
      handle: async ({ params, patch, origin }) => {
        const asked = await findStoredProvider(params.id, configuration);
        const replaced = await storedKey(store, asked.id, findKey(asked, params.key).id);
        await prepareToken(params.id, patched(replaced, patch), services);
        const changed = await configuration.change(origin, async () => {
          const provider = await findStoredProvider(params.id, configuration);
          const { id: keyId } = findKey(provider, params.key);
          const before = await storedKey(store, provider.id, keyId);
          return putKey(services, provider.id, before, patched(before, patch));
        });
        // What the provider said of the key as it was says nothing of it now.
        healthTable.update(healthTable.row(keyHealthName(params.id, changed.name)), afterKeyAccepted);
        return changed;
      },
    }),
    route({
      method: "DELETE",
      path: `${path}/{key}`,
      summary: "Remove a provider key",
      permission: "provider-keys:edit",
      input: deletion,
      response: noContent,
      handle: ({ params, origin, assertUnchanged }) =>
        configuration.change(origin, async () => {
          const provider = await findStoredProvider(params.id, configuration);
          const key = await storedKey(store, provider.id, findKey(provider, params.key).id);
          assertUnchanged(shownKey(key));
          await store.providers.deleteKey(provider.id, key.id);
          return { result: undefined, changed: "providers", event: note("delete", provider.id, key, undefined) };
        }),
    }),
  ];
}

/** A key as a patch makes it: what it says of one kind of secret takes the place of the other. */
function patched(before: NewProviderKey, { fields, applyTo }: Patch<ProviderKeyConfig>): NewProviderKey {
  const { id, value, ...rest } = before;
  const credentials = credentialsIn(value);
  const secret = credentials === undefined ? { value } : { credentials };
  const isReplaced = fields.some((field) => field === "value" || field === "credentials");
  return toStored(id, applyTo({ ...rest, ...(isReplaced ? {} : secret) }, shownKey(before)));
}

/** Has the token ready that the key is sent with, so that it can be used as soon as it is saved. */
async function prepareToken(
  provider: string,
  { name, value }: NewProviderKey,
  { resolveSecret, tokens }: Services,
): Promise<void> {
  const field = credentialsIn(value);
  if (field === undefined) return;
  const resolved = resolveCredentials(field, resolveSecret, { mayReadFiles: false });
  if (!resolved.ok) throw invalidFields([{ path: ["credentials"], message: resolved.message }], "body");
  await tokens.prepare(resolved.credentials, `${provider}/${name}`, tokenWaitMs);
}

const tokenWaitMs = 10_000;

function shownKey({ value, ...key }: Omit<NewProviderKey, "id">): object {
  const field = credentialsIn(value);
  const reference = referenceOf(typeof field === "string" ? field : value);
  return versionedKey({ ...key, ...(reference !== undefined && { reference }) });
}

/** @param before The key that it takes the place of. */
async function putKey(
  { store, configuration, definitions, resolveSecret, tokens }: Services,
  providerId: string,
  before: NewProviderKey | undefined,
  key: NewProviderKey,
): Promise<Changed<ProviderKeyView>> {
  const { config, keys } = await findProvider(providerId, configuration);
  const credentials = credentialsIn(key.value);
  const problem = keyValueProblem(key.value, config, definitions.get(providerId));
  if (problem !== undefined) throw invalidFields([{ path: ["value"], message: problem }], "body");
  if (keys.some((other) => other.name === key.name && other.id !== key.id))
    throw new ControlError("conflict", `Cannot use the name "${key.name}": another key of this provider has it`);
  const resolved = credentials === undefined ? resolveSecret(key.value) : undefined;
  if (resolved?.ok === false) throw invalidFields([{ path: ["value"], message: resolved.message }], "body");
  await store.providers.putKey(providerId, key);
  const result = showProviderKey(findKey(await findProvider(providerId, configuration), key.id), tokens.stateOf);
  const event = note(before === undefined ? "create" : "update", providerId, before, key);
  return { result, changed: "providers", event };
}

function note(
  verb: "create" | "update" | "delete",
  provider: string,
  before: NewProviderKey | undefined,
  after: NewProviderKey | undefined,
) {
  const { id = "", name = "" } = after ?? before ?? {};
  const resource = { type: "provider_key", id, name };
  return changeNote(resource, verb, fieldsOf(provider, before), fieldsOf(provider, after), ["value"]);
}

function fieldsOf(provider: string, key: NewProviderKey | undefined): object {
  if (key === undefined) return {};
  const { id: _, ...fields } = key;
  return { provider, ...fields };
}

async function storedKey(store: ApiServices["store"], provider: string, id: string) {
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

function toStored(id: string, key: ProviderKeyConfig): NewProviderKey {
  const { credentials, name, value = "", weight = 1, models } = key;
  const stored = credentials === undefined ? value : storedCredentials(credentials);
  return { id, name, value: stored, weight, ...(models !== undefined && { models }) };
}
