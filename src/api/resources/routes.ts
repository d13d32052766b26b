import * as z from "zod";
import type { ConfiguredRoute } from "#config/configured";
import type { FilePlace } from "#config/file-places";
import { routeSchema } from "#config/schema";
import { defaultStrategy } from "#routing/strategies/registry";
import { namedBy, resourceRoutes } from "../resource";
import type { ApiRoute } from "../route";
import type { ApiServices } from "../services";
import { list, showSource, sourceFields, warningsField, words } from "../view-fields";

const view = z
  .strictObject({
    alias: z.string(),
    strategy: z.string().meta({ description: "How one of its targets is chosen." }),
    targets: list(z.strictObject({ model: z.string(), weight: z.number() })),
    fallbacks: words,
    warnings: warningsField,
    ...sourceFields,
  })
  .meta({ id: "Route" });

export function routeRoutes({
  store,
  configuration,
  doubts,
}: Pick<ApiServices, "store" | "configuration" | "doubts">): readonly ApiRoute[] {
  return resourceRoutes(
    {
      ...namedBy("alias", "route", routeSchema),
      path: "/api/routes",
      permission: "routes",
      changed: "routes",
      summaries: {
        list: "List routes",
        create: "Create a route",
        show: "Show a route",
        change: "Change a route",
        remove: "Remove a route",
      },
      missing: (alias) => `Cannot find the route: there is no alias "${alias}"`,
      view,
      newView: view,
      all: () => configuration.entries("routes"),
      doubts: doubts.ofRoute,
      put: (_, config) => store.routes.put(config),
      remove: async (alias) => void (await store.routes.delete(alias)),
      show: async () => (entry) => showRoute(entry, configuration.placeOf("routes", entry.alias)),
      showNew: (entry) => showRoute(entry),
    },
    configuration,
  );
}

function showRoute(route: ConfiguredRoute, place?: FilePlace): z.output<typeof view> {
  const { source, ...config } = route;
  const { alias, strategy = defaultStrategy, targets, fallbacks = [] } = config;
  return {
    alias,
    strategy,
    targets: targets.map(({ model, weight = 1 }) => ({ model, weight })),
    fallbacks,
    ...showSource(source, config, place),
  };
}
