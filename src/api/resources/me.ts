import * as z from "zod";
import { ControlError } from "#core/control-error";
import type { VirtualKey } from "#core/snapshot";
import { limitsOf } from "#snapshot/limit-count";
import { noInput } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import { limitStatesView, readLimitStates } from "./limit-view";
import { type KeyViewServices, showSpec, showUsage, specFieldsView, usageView } from "./virtual-key-view";

const view = z
  .strictObject({
    id: z.string(),
    ...specFieldsView,
    expired: z.boolean(),
    usage: usageView,
    ...limitStatesView,
    shared: z.strictObject(limitStatesView).meta({ description: "Limits of its team and its customer." }),
  })
  .meta({ id: "Me", description: "A virtual key as its holder sees it." });

export function meRoutes(services: KeyViewServices): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/me",
      summary: "Show a virtual key to its holder: what it may do, what it used, and what is left of its limits",
      access: "virtual-key",
      input: noInput,
      response: ok(view),
      handle: ({ secretHash }) => showMe(secretHash, services),
    }),
  ];
}

async function showMe(secretHash: string | undefined, services: KeyViewServices): Promise<z.output<typeof view>> {
  const content = services.configuration.content();
  const key = secretHash === undefined ? undefined : content.virtualKeys.get(secretHash);
  if (key === undefined)
    throw new ControlError("unauthenticated", "Cannot show the virtual key: send a known one as Authorization: Bearer");
  const { spec, previousHash } = await findSpec(key, services);
  const expired = key.expiresAtMs !== undefined && key.expiresAtMs <= services.nowMs();
  if (expired && previousHash === secretHash)
    throw new ControlError("unauthenticated", "Cannot show the virtual key: it has another secret now");
  const states = await readLimitStates(services);
  // The gateway's own limits are not the holder's business.
  const shared = limitsOf(key, content).filter(({ scope }) => scope.kind !== "key");
  return {
    id: key.id,
    ...showSpec(spec),
    expired,
    usage: showUsage(key, services.readSlot),
    ...states(key.limits),
    shared: states(shared),
  };
}

async function findSpec({ id, name }: VirtualKey, { store, configuration }: KeyViewServices) {
  const declared = configuration.fileVirtualKeys().find((candidate) => candidate.id === id);
  if (declared !== undefined) return { spec: declared.spec, previousHash: undefined };
  const stored = await store.virtualKeys.find({ id });
  return { spec: stored?.spec ?? { name }, previousHash: stored?.previous?.hash };
}
