import * as z from "zod";
import { teamSchema } from "#config/scope-schema";
import type { ApiRoute } from "../route";
import { sourceFields, warningsField } from "../view-fields";
import { limitStatesView } from "./limit-view";
import { type ScopeServices, scopeRoutes } from "./scopes";

const { budgets: _, rate_limits: __, ...fields } = teamSchema.shape;

const view = z
  .strictObject({ ...fields, ...limitStatesView, warnings: warningsField, ...sourceFields })
  .meta({ id: "Team" });
const newView = z
  .strictObject({ ...teamSchema.shape, warnings: warningsField, ...sourceFields })
  .meta({ id: "NewTeam" });

export function teamRoutes(services: ScopeServices): readonly ApiRoute[] {
  const { store, configuration } = services;
  return scopeRoutes(
    {
      word: "team",
      section: "teams",
      schema: teamSchema,
      view,
      newView,
      all: () => configuration.entries("teams"),
      put: (config) => store.scopes.put("team", config),
      remove: (name) => store.scopes.delete("team", name),
      show: ({ name, customer }, shown) => ({ name, ...(customer !== undefined && { customer }), ...shown }),
      limitsOf: (name, { teams }) => teams.get(name)?.limits ?? [],
      inUse: (name, { virtualKeys }) => {
        const keys = new Set([...virtualKeys.values()].filter(({ team }) => team === name).map(({ id }) => id));
        return keys.size === 0 ? undefined : `${keys.size} virtual keys belong to it, which would lose its limits`;
      },
    },
    services,
  );
}
