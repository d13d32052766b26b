import * as z from "zod";
import type { AuditNote } from "#audit/audit-trail";
import { fieldChanges } from "#audit/field-changes";
import type { ConfiguredVirtualKey } from "#config/configured";
import { virtualKeySpecSchema } from "#config/virtual-key-schema";
import { ControlError } from "#core/control-error";
import { generateVirtualKey } from "#core/virtual-key";
import type { LimitStateParts } from "#limits/limit-state";
import type { Configuration } from "#snapshot/configuration";
import { keyHash } from "#snapshot/configured-entries";
import type { ConfigStore } from "#store/config/config-store";
import type { KeyHash, StoredVirtualKey } from "#store/config/stored-virtual-key";
import { parseInput } from "../parse-input";
import { applyPatch } from "../patch";
import { type ApiRoute, json, noContent } from "../route";
import { graceEnd, graceField } from "./grace";
import { createKeyShower, showStoredKey } from "./show-virtual-key";
import { keyListQuery, listKeys } from "./virtual-key-list";

export type VirtualKeyParts = LimitStateParts & {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly newId: () => string;
};

const ownSecret = z
  .string()
  .regex(/^[\x21-\x7e]{16,512}$/, { message: "must be 16 to 512 printable ASCII characters" })
  .exactOptional()
  .meta({ description: "A secret of your own; left out: generated." });

const newKeySchema = virtualKeySpecSchema.extend({ value: ownSecret });

const rotationSchema = z.strictObject({ grace: graceField.exactOptional(), value: ownSecret });

const path = "/api/virtual-keys";

export function virtualKeyRoutes(parts: VirtualKeyParts): readonly ApiRoute[] {
  const { store, configuration, nowMs } = parts;
  return [
    {
      method: "GET",
      path,
      summary: "List virtual keys with their use",
      access: "admin",
      query: keyListQuery,
      handle: async ({ query }) => {
        const wanted = parseInput(keyListQuery, query, "query");
        return listKeys({ store, configuration, shower: await createKeyShower(parts) }, wanted);
      },
    },
    {
      method: "POST",
      path,
      summary: "Create a virtual key; the answer shows its secret, once",
      access: "admin",
      body: newKeySchema,
      handle: async ({ body, origin }) => {
        const { value = generateVirtualKey(), ...spec } = parseInput(newKeySchema, body, "body");
        const key = { id: parts.newId(), ...keyHash(value), spec, createdAtMs: nowMs() };
        return configuration.create(origin, async () => {
          await refuseTakenName(spec.name, parts);
          await refuseTakenSecret(key, parts);
          await store.virtualKeys.add(key);
          const answer = json({ ...showStoredKey(key), value }, 201);
          return { result: answer, changed: { virtualKey: key.id }, event: note("create", key, {}, spec) };
        });
      },
    },
    {
      method: "GET",
      path: `${path}/{id}`,
      summary: "Show a virtual key with its use, by id or name",
      access: "admin",
      handle: async ({ params }) => {
        const shower = await createKeyShower(parts);
        const declared = declaredKey(params.id ?? "", configuration);
        if (declared !== undefined) return json(shower.declared(declared));
        return json(shower.stored(await storedKey(params.id ?? "", store)));
      },
    },
    {
      method: "PATCH",
      path: `${path}/{id}`,
      summary: "Change a virtual key",
      access: "admin",
      body: virtualKeySpecSchema,
      handle: async ({ params, body, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const key = await changeableKey(params.id ?? "", parts);
          const spec = applyPatch(virtualKeySpecSchema, key.spec, body);
          if (spec.name !== key.spec.name) await refuseTakenName(spec.name, parts);
          await store.virtualKeys.change(key.id, spec);
          const result = { ...key, spec };
          return { result, changed: { virtualKey: key.id }, event: note("update", result, key.spec, spec) };
        });
        return json((await createKeyShower(parts)).stored(changed));
      },
    },
    {
      method: "POST",
      path: `${path}/{id}/rotate`,
      summary: "Give a virtual key a new secret, shown once; the old one works until its grace ends",
      access: "admin",
      body: rotationSchema,
      handle: async ({ params, body, origin }) => {
        const { grace, value = generateVirtualKey() } = parseInput(rotationSchema, body, "body");
        return configuration.create(origin, async () => {
          const key = await changeableKey(params.id ?? "", parts);
          const secret = keyHash(value);
          await refuseTakenSecret(secret, parts);
          const untilMs = graceEnd(grace, nowMs());
          await store.virtualKeys.rotate(key.id, secret, untilMs);
          const rotated = { ...key, ...secret, previous: { hash: key.hash, untilMs } };
          const event = note("rotate", key, {}, { hint: secret.hint, ...(grace === undefined ? {} : { grace }) });
          return { result: json({ ...showStoredKey(rotated), value }), changed: { virtualKey: key.id }, event };
        });
      },
    },
    {
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Revoke a virtual key at once; its records stay",
      access: "admin",
      handle: async ({ params, origin }) => {
        await configuration.change(origin, async () => {
          const key = await changeableKey(params.id ?? "", parts);
          await store.virtualKeys.revoke(key.id, nowMs());
          return { result: undefined, changed: { virtualKey: key.id }, event: note("revoke", key, {}, {}) };
        });
        return noContent;
      },
    },
  ];
}

function note(
  verb: "create" | "update" | "rotate" | "revoke",
  { id, spec }: Pick<StoredVirtualKey, "id" | "spec">,
  before: object,
  after: object,
): AuditNote {
  const resource = { type: "virtual_key", id, name: spec.name };
  return { action: `virtual_key.${verb}`, resource, changes: fieldChanges(before, after) };
}

/** Those of revoked keys are taken for good. */
async function refuseTakenSecret({ hash }: KeyHash, { store, configuration }: VirtualKeyParts): Promise<void> {
  if (configuration.content().virtualKeys.has(hash) || (await store.virtualKeys.find({ hash })) !== undefined)
    throw new ControlError("conflict", "Cannot give the virtual key this secret: it is or was in use");
}

function declaredKey(idOrName: string, configuration: Configuration): ConfiguredVirtualKey | undefined {
  return configuration.fileVirtualKeys().find((key) => key.id === idOrName || key.spec.name === idOrName);
}

async function storedKey(idOrName: string, store: ConfigStore): Promise<StoredVirtualKey> {
  const key = (await store.virtualKeys.find({ id: idOrName })) ?? (await store.virtualKeys.find({ name: idOrName }));
  if (key === undefined)
    throw new ControlError("not_found", `Cannot find the virtual key: there is none with the id or name "${idOrName}"`);
  return key;
}

async function changeableKey(idOrName: string, { store, configuration }: VirtualKeyParts): Promise<StoredVirtualKey> {
  if (declaredKey(idOrName, configuration) !== undefined) {
    throw new ControlError(
      "conflict",
      `Cannot change the virtual key "${idOrName}": the configuration file declares it, change it there`,
    );
  }
  const key = await storedKey(idOrName, store);
  if (key.revokedAtMs !== undefined)
    throw new ControlError("conflict", `Cannot change the virtual key "${idOrName}": it is revoked`);
  return key;
}

async function refuseTakenName(name: string, { store, configuration }: VirtualKeyParts): Promise<void> {
  const taken =
    declaredKey(name, configuration) !== undefined || (await store.virtualKeys.find({ name })) !== undefined;
  if (taken) throw new ControlError("conflict", `Cannot use the name "${name}": another virtual key has it`);
}
