import * as z from "zod";
import { changeNote } from "#audit/change-note";
import { virtualKeySpecSchema } from "#config/virtual-key-schema";
import { generateVirtualKey } from "#core/virtual-key";
import { keyHash } from "#snapshot/configured-entries";
import type { StoredVirtualKey } from "#store/config/stored-virtual-key";
import { bodyOf, deletion, noInput, patchOf, queryOf } from "../input";
import { pageView } from "../paging";
import { withDoubts } from "../resource";
import { created, noContent, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { declaredKey, findChangeableKey, findStoredKey, refuseTakenName, refuseTakenSecret } from "./find-virtual-key";
import { graceEnd, graceField } from "./grace";
import { newKeySchema, ownSecret } from "./new-key-schema";
import { keyListQuery, listKeys } from "./virtual-key-list";
import {
  createKeyShower,
  type KeyViewServices,
  showStoredKey,
  virtualKeySecretView,
  virtualKeyView,
} from "./virtual-key-view";

type Services = KeyViewServices & Pick<ApiServices, "doubts" | "newId">;

const rotationSchema = z.strictObject({ grace: graceField.exactOptional(), value: ownSecret });

const path = "/api/virtual-keys";

export function virtualKeyRoutes(services: Services): readonly ApiRoute[] {
  return [listRoute(services), createRoute(services), showRoute(services), ...changeRoutes(services)];
}

function listRoute(services: Services): ApiRoute {
  return route({
    method: "GET",
    path,
    summary: "List virtual keys with their use",
    permission: "virtual-keys:view",
    input: queryOf(keyListQuery),
    response: ok(pageView(virtualKeyView)),
    handle: async ({ query }) => listKeys(services, await createKeyShower(services), query),
  });
}

function createRoute(services: Services): ApiRoute {
  const { store, configuration, doubts, newId, nowMs } = services;
  return route({
    method: "POST",
    path,
    summary: "Create a virtual key; the answer shows its secret, once",
    permission: "virtual-keys:edit",
    input: bodyOf(newKeySchema),
    response: created(virtualKeySecretView),
    handle: ({ body, origin, keep }) => {
      const { value = generateVirtualKey(), ...spec } = body;
      const key = { id: newId(), ...keyHash(value), spec, createdAtMs: nowMs() };
      const create = async () => {
        await refuseTakenName(spec.name, services);
        await refuseTakenSecret(key, services);
        await store.virtualKeys.add(key);
        const result = withDoubts({ ...showStoredKey(key), value }, doubts.ofKey(spec));
        return { result, changed: { virtualKey: key.id }, event: note("create", key, {}, spec) };
      };
      return configuration.create(origin, create, keep);
    },
  });
}

function showRoute(services: Services): ApiRoute {
  return route({
    method: "GET",
    path: `${path}/{id}`,
    summary: "Show a virtual key with its use, by id or name",
    permission: "virtual-keys:view",
    input: noInput,
    response: ok(virtualKeyView),
    handle: async ({ params }) => {
      const shower = await createKeyShower(services);
      const declared = declaredKey(params.id, services.configuration);
      if (declared !== undefined) return shower.declared(declared);
      return shower.stored(await findStoredKey(params.id, services.store));
    },
  });
}

function changeRoutes(services: Services): readonly ApiRoute[] {
  const { store, configuration, nowMs } = services;
  return [
    route({
      method: "PATCH",
      path: `${path}/{id}`,
      summary: "Change a virtual key",
      permission: "virtual-keys:edit",
      input: patchOf(virtualKeySpecSchema),
      response: ok(virtualKeyView),
      handle: async ({ params, patch, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const key = await findChangeableKey(params.id, services);
          const spec = patch.applyTo(key.spec);
          if (spec.name !== key.spec.name) await refuseTakenName(spec.name, services);
          await store.virtualKeys.change(key.id, spec);
          const result = { ...key, spec };
          return { result, changed: { virtualKey: key.id }, event: note("update", result, key.spec, spec) };
        });
        const shown = (await createKeyShower(services)).stored(changed);
        return withDoubts(shown, services.doubts.ofKey(changed.spec));
      },
    }),
    route({
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Revoke a virtual key at once; its records stay",
      permission: "virtual-keys:edit",
      input: deletion,
      response: noContent,
      handle: ({ params, origin, assertUnchanged }) =>
        configuration.change(origin, async () => {
          const key = await findChangeableKey(params.id, services);
          assertUnchanged(key.spec);
          await store.virtualKeys.revoke(key.id, nowMs());
          return { result: undefined, changed: { virtualKey: key.id }, event: note("revoke", key, {}, {}) };
        }),
    }),
    rotateRoute(services),
  ];
}

function rotateRoute(services: Services): ApiRoute {
  const { store, configuration, nowMs } = services;
  return route({
    method: "POST",
    path: `${path}/{id}/rotate`,
    summary: "Give a virtual key a new secret, shown once; the old one works until its grace ends",
    permission: "virtual-keys:edit",
    input: bodyOf(rotationSchema),
    response: ok(virtualKeySecretView),
    handle: ({ params, body: { grace, value = generateVirtualKey() }, origin, keep }) => {
      const rotate = async () => {
        const key = await findChangeableKey(params.id, services);
        const secret = keyHash(value);
        await refuseTakenSecret(secret, services);
        const untilMs = graceEnd(grace, nowMs());
        await store.virtualKeys.rotate(key.id, secret, untilMs);
        const rotated = { ...key, ...secret, previous: { hash: key.hash, untilMs } };
        const event = note("rotate", key, {}, { hint: secret.hint, ...(grace !== undefined && { grace }) });
        return { result: { ...showStoredKey(rotated), value }, changed: { virtualKey: key.id }, event };
      };
      return configuration.create(origin, rotate, keep);
    },
  });
}

function note(
  verb: "create" | "update" | "rotate" | "revoke",
  { id, spec }: Pick<StoredVirtualKey, "id" | "spec">,
  before: object,
  after: object,
) {
  return changeNote({ type: "virtual_key", id, name: spec.name }, verb, before, after);
}
