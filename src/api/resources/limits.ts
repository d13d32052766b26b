import * as z from "zod";
import { gatewayLimitSchema } from "#config/scope-schema";
import type { ApiRoute } from "../route";
import { sourceFields, warningsField } from "../view-fields";
import { limitStatesView } from "./limit-view";
import { type ScopeServices, scopeRoutes } from "./scopes";

const { budgets: _, rate_limits: __, ...fields } = gatewayLimitSchema.shape;

const view = z
  .strictObject({ ...fields, ...limitStatesView, warnings: warningsField, ...sourceFields })
  .meta({ id: "Limit" });
const newView = z
  .strictObject({ ...gatewayLimitSchema.shape, warnings: warningsField, ...sourceFields })
  .meta({ id: "NewLimit" });

/** Limits of the gateway as a whole, or of a tag, model, provider or provider key. */
export function limitRoutes(services: ScopeServices): readonly ApiRoute[] {
  const { store, configuration } = services;
  return scopeRoutes(
    {
      word: "limit",
      section: "limits",
      schema: gatewayLimitSchema,
      view,
      newView,
      all: () => configuration.entries("limits"),
      put: (config) => store.scopes.put("limit", config),
      remove: (name) => store.scopes.delete("limit", name),
      show: ({ budgets: _budgets, rate_limits: _rateLimits, ...match }, shown) => ({ ...match, ...shown }),
      limitsOf: (name, { limits }) => limits.filter(({ scope }) => scope.name === name),
    },
    services,
  );
}
