import type * as z from "zod";
import type { Source } from "#config/configured";
import type { Limit } from "#core/limit";
import type { SnapshotContent } from "#core/snapshot";
import { namedBy, resourceRoutes } from "../resource";
import type { ApiRoute } from "../route";
import type { ApiServices } from "../services";
import { showSource } from "../view-fields";
import { type LimitServices, type LimitStates, readLimitStates } from "./limit-view";

export type ScopeServices = LimitServices & Pick<ApiServices, "configuration" | "doubts">;

type SourceView = ReturnType<typeof showSource>;

/** What differs between teams, customers and the gateway's limits. */
export type Scope<C extends { readonly name: string }, V> = {
  readonly word: "team" | "customer" | "limit";
  readonly section: "teams" | "customers" | "limits";
  readonly schema: z.ZodType<C>;
  readonly view: z.ZodType<V>;
  /** As configured: it has no state when the answer is made. */
  readonly newView: z.ZodType<C & SourceView>;
  readonly all: () => Promise<readonly (C & { readonly source: Source })[]>;
  readonly put: (config: C) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  readonly show: (entry: C, shown: LimitStates & SourceView) => V;
  readonly limitsOf: (name: string, content: SnapshotContent) => readonly Limit[];
  readonly inUse?: (name: string, content: SnapshotContent) => string | undefined;
};

/** List, create, show, change and delete: the same for everything that carries limits and has a name. */
export function scopeRoutes<C extends { readonly name: string }, V>(
  scope: Scope<C, V>,
  services: ScopeServices,
): readonly ApiRoute[] {
  const { word, section } = scope;
  const { content } = services.configuration;
  return resourceRoutes(
    {
      ...scope,
      ...namedBy("name", word, scope.schema),
      path: `/api/${section}`,
      permission: section,
      changed: section,
      summaries: {
        list: `List ${word}s with the state of their limits`,
        create: `Create a ${word}`,
        show: `Show a ${word} with the state of its limits`,
        change: `Change a ${word}; limits that only get another amount keep what is spent`,
        remove: `Remove a ${word} with its limits and what they counted`,
      },
      doubts: services.doubts.ofLimits,
      put: (_, config) => scope.put(config),
      show: async () => {
        const states = await readLimitStates(services);
        return (entry) => {
          const { source, ...config } = entry;
          const shown = showSource(source, config, services.configuration.placeOf(section, entry.name));
          return scope.show(entry, { ...states(scope.limitsOf(entry.name, content())), ...shown });
        };
      },
      showNew: ({ source, ...config }) => ({ ...config, ...showSource(source, config) }),
      lost: ({ name }) => (scope.limitsOf(name, content()).length > 0 ? ["what its limits have counted"] : []),
      inUse: (name) => scope.inUse?.(name, content()),
    },
    services.configuration,
  );
}
