import { customerSchema } from "#config/scope-schema";
import type { ApiRoute } from "../route";
import { type ScopeParts, scopeRoutes } from "./scopes";

export function customerRoutes(parts: ScopeParts): readonly ApiRoute[] {
  const { store, configuration } = parts;
  return scopeRoutes(
    {
      path: "/api/customers",
      word: "customer",
      changed: "customers",
      schema: customerSchema,
      all: configuration.customers,
      put: (config) => store.scopes.put("customer", config),
      remove: (name) => store.scopes.delete("customer", name),
      limitsOf: (name, { customers }) => customers.get(name)?.limits ?? [],
      inUse: (name, { virtualKeys, teams }) => {
        const members = [...virtualKeys.values(), ...teams.values()].filter(({ customer }) => customer === name);
        return members.length === 0 ? undefined : "virtual keys or teams belong to it, which would lose its limits";
      },
    },
    parts,
  );
}
