import type { AuditNote } from "#audit/audit-trail";
import { fieldChanges } from "#audit/field-changes";
import type { ConfiguredRoute } from "#config/configured";
import { routeSchema } from "#config/schema";
import { ControlError } from "#core/control-error";
import type { JsonObject } from "#lib/json";
import { defaultStrategy } from "#routing/strategies/registry";
import type { Configuration } from "#snapshot/configuration";
import type { ConfigStore } from "#store/config/config-store";
import { listAnswer, pageOf, pageQuery } from "../paging";
import { parseInput } from "../parse-input";
import { applyPatch } from "../patch";
import { type ApiRoute, json, noContent } from "../route";

export type RouteParts = { readonly store: ConfigStore; readonly configuration: Configuration };

const path = "/api/routes";

export function routeRoutes({ store, configuration }: RouteParts): readonly ApiRoute[] {
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
      handle: async ({ body, origin }) => {
        const route = parseInput(routeSchema, body, "body");
        return configuration.create(origin, async () => {
          const taken = (await configuration.routes()).some(({ alias }) => alias === route.alias);
          if (taken) throw new ControlError("conflict", `Cannot create the route "${route.alias}": the alias is taken`);
          await store.routes.put(route);
          const answer = json(showRoute({ ...route, source: "store" }), 201);
          return { result: answer, changed: "routes", event: note("create", route.alias, {}, route) };
        });
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
      handle: async ({ params, body, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const { source: _, ...current } = await changeableRoute(params.alias ?? "", configuration);
          const route = applyPatch(routeSchema, current, body);
          if (route.alias !== current.alias)
            throw new ControlError("invalid", 'Cannot change "alias": create a route with the new one');
          await store.routes.put(route);
          return { result: route, changed: "routes", event: note("update", route.alias, current, route) };
        });
        return json(showRoute({ ...changed, source: "store" }));
      },
    },
    {
      method: "DELETE",
      path: `${path}/{alias}`,
      summary: "Remove a route",
      access: "admin",
      handle: async ({ params, origin }) => {
        await configuration.change(origin, async () => {
          const { source: _, ...route } = await changeableRoute(params.alias ?? "", configuration);
          await store.routes.delete(route.alias);
          return { result: undefined, changed: "routes", event: note("delete", route.alias, route, {}) };
        });
        return noContent;
      },
    },
  ];
}

function note(verb: "create" | "update" | "delete", alias: string, before: object, after: object): AuditNote {
  return { action: `route.${verb}`, resource: { type: "route", id: alias }, changes: fieldChanges(before, after) };
}

async function findRoute(alias: string, configuration: Configuration): Promise<ConfiguredRoute> {
  const route = (await configuration.routes()).find((candidate) => candidate.alias === alias);
  if (route === undefined) throw new ControlError("not_found", `Cannot find the route: there is no alias "${alias}"`);
  return route;
}

async function changeableRoute(alias: string, configuration: Configuration): Promise<ConfiguredRoute> {
  const route = await findRoute(alias, configuration);
  if (route.source === "store") return route;
  throw new ControlError(
    "conflict",
    `Cannot change the route "${alias}": the configuration file declares it, change it there`,
  );
}

function showRoute({
  alias,
  strategy = defaultStrategy,
  targets,
  fallbacks = [],
  source,
}: ConfiguredRoute): JsonObject {
  return {
    alias,
    strategy,
    targets: targets.map(({ model, weight = 1 }) => ({ model, weight })),
    fallbacks,
    source,
    read_only: source === "file",
  };
}
