import { gatewayLimitSchema } from "#config/scope-schema";
import type { ApiRoute } from "../route";
import { type ScopeParts, scopeRoutes } from "./scopes";

/** Limits of the gateway as a whole, or of a tag, model, provider or provider key. */
export function limitRoutes(parts: ScopeParts): readonly ApiRoute[] {
  const { store, configuration } = parts;
  return scopeRoutes(
    {
      path: "/api/limits",
      word: "limit",
      changed: "limits",
      schema: gatewayLimitSchema,
      all: configuration.limits,
      put: (config) => store.scopes.put("limit", config),
      remove: (name) => store.scopes.delete("limit", name),
      limitsOf: (name, { limits }) => limits.filter(({ scope }) => scope.name === name),
      inUse: () => undefined,
    },
    parts,
  );
}
