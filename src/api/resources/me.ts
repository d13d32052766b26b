import * as z from "zod";
import { limitsOf } from "#snapshot/limit-count";
import { noInput } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { baseUrlView } from "../view-fields";
import type { Visit } from "../visit";
import { limitStatesView, readLimitStates } from "./limit-view";
import { ownLogRoutes } from "./me-logs";
import { ownModelRoutes } from "./me-models";
import { ownStatsRoutes } from "./me-stats";
import { findHolder, type OwnRequest } from "./own-key-view";
import { type KeyViewServices, showSpec, showUsage, specFieldsView, usageView } from "./virtual-key-view";

const view = z
  .strictObject({
    id: z.string(),
    ...specFieldsView,
    expired: z.boolean(),
    usage: usageView,
    ...limitStatesView,
    shared: z.strictObject(limitStatesView).meta({ description: "Limits of its team and its customer." }),
    base_url: baseUrlView,
  })
  .meta({ id: "Me", description: "A virtual key as its holder sees it." });

type Services = KeyViewServices & Pick<ApiServices, "logs" | "definitions" | "catalog" | "baseUrl">;

export function meRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/me",
      summary: "Show a virtual key to its holder: what it may do, what it used, and what is left of its limits",
      access: "virtual-key",
      input: noInput,
      response: ok(view),
      handle: (asked) => showMe(asked, services),
    }),
    ...ownLogRoutes(services),
    ...ownModelRoutes(services),
    ...ownStatsRoutes(services),
  ];
}

async function showMe(
  asked: OwnRequest & { readonly visit: Visit },
  services: Services,
): Promise<z.output<typeof view>> {
  const { key, spec } = await findHolder(asked, "usage", services);
  const states = await readLimitStates(services);
  // The gateway's own limits are not the holder's business.
  const shared = limitsOf(key, services.configuration.content()).filter(({ scope }) => scope.kind !== "key");
  return {
    id: key.id,
    ...showSpec(spec),
    expired: key.expiresAtMs !== undefined && key.expiresAtMs <= services.nowMs(),
    usage: showUsage(key, services.readSlot),
    ...states(key.limits),
    shared: states(shared),
    base_url: services.baseUrl(asked.visit),
  };
}
