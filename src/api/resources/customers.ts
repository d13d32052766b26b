import * as z from "zod";
import { customerSchema } from "#config/scope-schema";
import type { ApiRoute } from "../route";
import { sourceFields, warningsField } from "../view-fields";
import { limitStatesView } from "./limit-view";
import { type ScopeServices, scopeRoutes } from "./scopes";

const { name } = customerSchema.shape;

const view = z
  .strictObject({ name, ...limitStatesView, warnings: warningsField, ...sourceFields })
  .meta({ id: "Customer" });
const newView = z
  .strictObject({ ...customerSchema.shape, warnings: warningsField, ...sourceFields })
  .meta({ id: "NewCustomer" });

export function customerRoutes(services: ScopeServices): readonly ApiRoute[] {
  const { store, configuration } = services;
  return scopeRoutes(
    {
      word: "customer",
      section: "customers",
      schema: customerSchema,
      view,
      newView,
      all: () => configuration.entries("customers"),
      put: (config) => store.scopes.put("customer", config),
      remove: (name) => store.scopes.delete("customer", name),
      show: ({ name }, shown) => ({ name, ...shown }),
      limitsOf: (name, { customers }) => customers.get(name)?.limits ?? [],
      inUse: (name, { virtualKeys, teams }) => {
        const members = [...virtualKeys.values(), ...teams.values()].filter(({ customer }) => customer === name);
        return members.length === 0 ? undefined : "virtual keys or teams belong to it, which would lose its limits";
      },
    },
    services,
  );
}
