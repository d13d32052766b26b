import type { ConfiguredRoute } from "#config/configured";
import { routeSchema } from "#config/schema";
import type { JsonObject } from "#lib/json";
import type { ConfigStore } from "#store/config/config-store";
import { type AdminRoute, json, noContent } from "./admin-route";
import type { Configuration } from "./configuration";
import { listAnswer, pageOf, pageQuery } from "./paging";
import { applyPatch } from "./patch";
import { parseInput, Refusal } from "./refusal";

export type RouteParts = { readonly store: ConfigStore; readonly configuration: Configuration };

const path = "/api/routes";

export function routeRoutes({ store, configuration }: RouteParts): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path,
      summary: "List routes",
      access: "admin",
      query: pageQuery,
      handle: async ({ query }) => {
        const { page, next } = pageOf(
          await configuration.routes(),
          ({ alias }) => alias,
          parseInput(pageQuery, query, "query"),
        );
        return listAnswer(page.map(showRoute), next);
      },
    },
    {
      method: "POST",
      path,
      summary: "Create a route",
      access: "admin",
      body: routeSchema,
      handle: async ({ body }) => {
        const route = parseInput(routeSchema, body, "body");
        await configuration.change(async () => {
          const taken = (await configuration.routes()).some(({ alias }) => alias === route.alias);
          if (taken) throw new Refusal(409, `Cannot create the route "${route.alias}": the alias is taken`);
          await store.putRoute(route);
          return { result: undefined, changed: "routes" };
        });
        return json(showRoute({ ...route, source: "store" }), 201);
      },
    },
    {
      method: "GET",
      path: `${path}/{alias}`,
      summary: "Show a route",
      access: "admin",
      handle: async ({ params }) => json(showRoute(await findRoute(params.alias ?? "", configuration))),
    },
    {
      method: "PATCH",
      path: `${path}/{alias}`,
      summary: "Change a route",
      access: "admin",
      body: routeSchema,
      handle: async ({ params, body }) => {
        const changed = await configuration.change(async () => {
          const { source: _, ...current } = await changeableRoute(params.alias ?? "", configuration);
          const route = applyPatch(routeSchema, current, body);
          if (route.alias !== current.alias)
            throw new Refusal(400, 'Cannot change "alias": create a route with the new one');
          await store.putRoute(route);
          return { result: route, changed: "routes" };
        });
        return json(showRoute({ ...changed, source: "store" }));
      },
    },
    {
      method: "DELETE",
      path: `${path}/{alias}`,
      summary: "Remove a route",
      access: "admin",
      handle: async ({ params }) => {
        await configuration.change(async () => {
          const { alias } = await changeableRoute(params.alias ?? "", configuration);
          await store.deleteRoute(alias);
          return { result: undefined, changed: "routes" };
        });
        return noContent;
      },
    },
  ];
}

async function findRoute(alias: string, configuration: Configuration): Promise<ConfiguredRoute> {
  const route = (await configuration.routes()).find((candidate) => candidate.alias === alias);
  if (route === undefined) throw new Refusal(404, `Cannot find the route: there is no alias "${alias}"`);
  return route;
}

async function changeableRoute(alias: string, configuration: Configuration): Promise<ConfiguredRoute> {
  const route = await findRoute(alias, configuration);
  if (route.source === "store") return route;
  throw new Refusal(409, `Cannot change the route "${alias}": the configuration file declares it, change it there`);
}

function showRoute({ alias, targets, fallbacks = [], source }: ConfiguredRoute): JsonObject {
  return {
    alias,
    targets: targets.map(({ model, weight = 1 }) => ({ model, weight })),
    fallbacks,
    source,
    read_only: source === "file",
  };
}
