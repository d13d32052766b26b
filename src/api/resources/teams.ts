import { teamSchema } from "#config/scope-schema";
import type { ApiRoute } from "../route";
import { type ScopeParts, scopeRoutes } from "./scopes";

export function teamRoutes(parts: ScopeParts): readonly ApiRoute[] {
  const { store, configuration } = parts;
  return scopeRoutes(
    {
      path: "/api/teams",
      word: "team",
      changed: "teams",
      schema: teamSchema,
      all: configuration.teams,
      put: (config) => store.scopes.put("team", config),
      remove: (name) => store.scopes.delete("team", name),
      limitsOf: (name, { teams }) => teams.get(name)?.limits ?? [],
      inUse: (name, { virtualKeys }) => {
        const keys = new Set([...virtualKeys.values()].filter(({ team }) => team === name).map(({ id }) => id));
        return keys.size === 0 ? undefined : `${keys.size} virtual keys belong to it, which would lose its limits`;
      },
    },
    parts,
  );
}
