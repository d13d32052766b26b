import { useMemo } from "react";
import type { FilterField } from "#lib/filters";
import { useCustomerNames, useTeamNames } from "./list-scope-names";

/** What the list can be narrowed by; the names are those of the API. */
export function useKeyFilterFields(): readonly FilterField[] {
  const teams = useTeamNames();
  const customers = useCustomerNames();
  return useMemo(
    () => [
      { id: "search", label: "Name", help: "part of a name, or the beginning of an id or secret" },
      { id: "state", label: "State", values: valuesOf(["active", "off", "expired", "revoked"]) },
      { id: "team", label: "Team", values: valuesOf(teams) },
      { id: "customer", label: "Customer", values: valuesOf(customers) },
      { id: "tag", label: "Tag", help: "name or name:value" },
    ],
    [teams, customers],
  );
}

function valuesOf(names: readonly string[]) {
  return names.map((value) => ({ value }));
}
