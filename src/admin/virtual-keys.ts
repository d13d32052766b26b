import * as z from "zod";
import type { ConfiguredVirtualKey } from "#config/configured";
import { parseTime } from "#config/schema-fields";
import { type VirtualKeySpec, virtualKeySpecSchema } from "#config/virtual-key-schema";
import { generateVirtualKey } from "#core/virtual-key";
import type { JsonObject } from "#lib/json";
import type { ConfigStore, StoredVirtualKey } from "#store/config/config-store";
import { type AdminRoute, json, noContent } from "./admin-route";
import type { Configuration } from "./configuration";
import { keyHash } from "./configured-entries";
import { defaultLimit, listAnswer, pageFields } from "./paging";
import { applyPatch } from "./patch";
import { parseInput, Refusal } from "./refusal";

export type VirtualKeyParts = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

const listQuery = z.strictObject({
  ...pageFields,
  include_revoked: z.enum(["true", "false"]).exactOptional().meta({ description: "Whether revoked keys are listed." }),
});

const newKeySchema = virtualKeySpecSchema.extend({
  value: z
    .string()
    .regex(/^[\x21-\x7e]{16,512}$/, { message: "must be 16 to 512 printable ASCII characters" })
    .exactOptional()
    .meta({ description: "A secret of your own; left out: generated." }),
});

const path = "/api/virtual-keys";

export function virtualKeyRoutes(parts: VirtualKeyParts): readonly AdminRoute[] {
  const { store, configuration, nowMs } = parts;
  return [
    {
      method: "GET",
      path,
      summary: "List virtual keys",
      access: "admin",
      query: listQuery,
      handle: async ({ query }) => listKeys(parts, parseInput(listQuery, query, "query")),
    },
    {
      method: "POST",
      path,
      summary: "Create a virtual key; the answer shows its secret, once",
      access: "admin",
      body: newKeySchema,
      handle: async ({ body }) => {
        const { value = generateVirtualKey(), ...spec } = parseInput(newKeySchema, body, "body");
        const key = { id: parts.newId(), ...keyHash(value), spec, createdAtMs: nowMs() };
        await configuration.change(async () => {
          await refuseTakenName(spec.name, parts);
          if (configuration.content().virtualKeys.has(key.hash))
            throw new Refusal(409, "Cannot create the virtual key: its secret is already in use");
          await store.addVirtualKey(key);
          return { result: undefined, changed: { virtualKey: key.id } };
        });
        return json({ ...showStored(key), value }, 201);
      },
    },
    {
      method: "GET",
      path: `${path}/{id}`,
      summary: "Show a virtual key, by id or name",
      access: "admin",
      handle: async ({ params }) => {
        const declared = declaredKey(params.id ?? "", configuration);
        return json(
          declared === undefined ? showStored(await storedKey(params.id ?? "", store)) : showDeclared(declared),
        );
      },
    },
    {
      method: "PATCH",
      path: `${path}/{id}`,
      summary: "Change a virtual key",
      access: "admin",
      body: virtualKeySpecSchema,
      handle: async ({ params, body }) => {
        const changed = await configuration.change(async () => {
          const key = await changeableKey(params.id ?? "", parts);
          const spec = applyPatch(virtualKeySpecSchema, key.spec, body);
          if (spec.name !== key.spec.name) await refuseTakenName(spec.name, parts);
          await store.changeVirtualKey(key.id, spec);
          return { result: { ...key, spec }, changed: { virtualKey: key.id } };
        });
        return json(showStored(changed));
      },
    },
    {
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Revoke a virtual key; its records stay",
      access: "admin",
      handle: async ({ params }) => {
        await configuration.change(async () => {
          const key = await changeableKey(params.id ?? "", parts);
          await store.revokeVirtualKey(key.id, nowMs());
          return { result: undefined, changed: { virtualKey: key.id } };
        });
        return noContent;
      },
    },
  ];
}

/** Keys of the file first, in its order, then stored ones by id. */
async function listKeys({ store, configuration }: VirtualKeyParts, query: z.output<typeof listQuery>) {
  const { limit = defaultLimit, after } = query;
  const declared = configuration.fileVirtualKeys();
  const place = after === undefined ? 0 : declared.findIndex((key) => key.id === after) + 1;
  const fromFile = after === undefined || place > 0 ? declared.slice(place, place + limit + 1) : [];
  const stored = await store.virtualKeys({
    ...(after === undefined || place > 0 ? {} : { after }),
    limit: limit + 1 - fromFile.length,
    includeRevoked: query.include_revoked === "true",
  });
  const entries = [
    ...fromFile.map((key) => [key.id, showDeclared(key)] as const),
    ...stored.map((key) => [key.id, showStored(key)] as const),
  ];
  const page = entries.slice(0, limit);
  return listAnswer(
    page.map(([, shown]) => shown),
    entries.length > limit ? page.at(-1)?.[0] : undefined,
  );
}

function declaredKey(idOrName: string, configuration: Configuration): ConfiguredVirtualKey | undefined {
  return configuration.fileVirtualKeys().find((key) => key.id === idOrName || key.spec.name === idOrName);
}

async function storedKey(idOrName: string, store: ConfigStore): Promise<StoredVirtualKey> {
  const key = (await store.virtualKey(idOrName)) ?? (await store.virtualKeyNamed(idOrName));
  if (key === undefined)
    throw new Refusal(404, `Cannot find the virtual key: there is none with the id or name "${idOrName}"`);
  return key;
}

async function changeableKey(idOrName: string, { store, configuration }: VirtualKeyParts): Promise<StoredVirtualKey> {
  if (declaredKey(idOrName, configuration) !== undefined) {
    throw new Refusal(
      409,
      `Cannot change the virtual key "${idOrName}": the configuration file declares it, change it there`,
    );
  }
  const key = await storedKey(idOrName, store);
  if (key.revokedAtMs !== undefined)
    throw new Refusal(409, `Cannot change the virtual key "${idOrName}": it is revoked`);
  return key;
}

async function refuseTakenName(name: string, { store, configuration }: VirtualKeyParts): Promise<void> {
  const taken = declaredKey(name, configuration) !== undefined || (await store.virtualKeyNamed(name)) !== undefined;
  if (taken) throw new Refusal(409, `Cannot use the name "${name}": another virtual key has it`);
}

function showDeclared({ id, hint, spec }: ConfiguredVirtualKey): JsonObject {
  return { id, ...showSpec(spec), hint, source: "file", read_only: true };
}

function showStored({ id, hint, spec, createdAtMs, revokedAtMs }: Omit<StoredVirtualKey, "hash">): JsonObject {
  return {
    id,
    ...showSpec(spec),
    ...(revokedAtMs === undefined ? {} : { active: false, revoked_at: new Date(revokedAtMs).toISOString() }),
    hint,
    source: "store",
    read_only: false,
    created_at: new Date(createdAtMs).toISOString(),
  };
}

/** A key's fields with what holds where they are left out. */
export function showSpec(spec: VirtualKeySpec): JsonObject {
  const expiresAtMs = spec.expires_at === undefined ? undefined : parseTime(spec.expires_at);
  return {
    ...spec,
    active: spec.active ?? true,
    models: spec.models ?? ["*"],
    blocked: spec.blocked ?? [],
    endpoints: spec.endpoints ?? ["*"],
    tags: spec.tags ?? {},
    ...(expiresAtMs === undefined ? {} : { expires_at: new Date(expiresAtMs).toISOString() }),
  };
}
