import * as z from "zod";
import type { RequestRecord } from "#core/record";
import type { SnapshotContent, VirtualKey } from "#core/snapshot";
import { queryOf } from "../input";
import { allows } from "../permissions";
import { ok } from "../response";
import { type ApiRoute, type Permission, route } from "../route";
import type { ApiServices } from "../services";
import { list, showTime } from "../view-fields";
import type { ListedModel } from "./model-list";
import { allModels } from "./models";
import { bestMatches, type Searched } from "./search-rank";

type Services = Pick<ApiServices, "configuration" | "definitions" | "catalog" | "logs">;

const searchQuery = z.strictObject({
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .meta({ description: "Part of a name or id, in any case; whole ids of requests." }),
  limit: z
    .string()
    .regex(/^([1-9]|[1-4]\d|50)$/, { message: "must be from 1 to 50" })
    .transform(Number)
    .exactOptional()
    .meta({ description: "Results, at most 50.", default: "20" }),
});

const pages = ["keys", "teams", "customers", "limits", "models", "routes", "providers", "requests"] as const;
const kinds = [
  "virtual_key",
  "team",
  "customer",
  "limit",
  "model",
  "route",
  "provider",
  "provider_key",
  "request",
] as const;

const resultView = z
  .strictObject({
    kind: z.enum(kinds),
    id: z.string().meta({ description: "What its own route is asked with; of a provider key that of its provider." }),
    name: z.string(),
    detail: z.string().exactOptional().meta({ description: "Where it belongs: a team, a provider, a time." }),
    page: z.enum(pages).meta({ description: "The page that shows it." }),
  })
  .meta({ id: "SearchResult" });

const view = z
  .strictObject({
    data: list(resultView).meta({ description: "Best first." }),
    has_more: z.boolean(),
    partial: z.literal(true).exactOptional().meta({ description: "Requests were not looked through to the end." }),
  })
  .meta({ id: "SearchResults" });

type Result = z.output<typeof resultView>;

/** Somebody types: requests are looked for so long, while everything else is in memory. */
const requestsMs = 400;

export function searchRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/search",
      summary: "Find keys, teams, customers, limits, models, routes, providers and requests by name or id",
      permission: "search:view",
      input: queryOf(searchQuery),
      response: ok(view),
      handle: async ({ query: { q, limit = 20 }, origin }) => {
        const may = (permission: Permission) => allows(origin.actor, permission);
        const best: Best = (entries) => bestMatches(q, entries, limit + 1);
        const requests = may("logs:view") ? await findRequests(q, services) : { data: [] };
        const found: Result[] = [];
        for (const { permission, find } of sources) if (may(permission)) found.push(...(await find(services, best)));
        const data = [...requests.data, ...best(found)];
        return {
          data: data.slice(0, limit),
          has_more: data.length > limit,
          ...(requests.partial !== undefined && { partial: requests.partial }),
        };
      },
    }),
  ];
}

/** The best of some entries; what is shown is made of those alone, for there may be a hundred thousand. */
type Best = <T extends Searched>(entries: Iterable<T>) => readonly T[];

type Source = {
  readonly permission: Permission;
  readonly find: (services: Services, best: Best) => readonly Result[] | Promise<readonly Result[]>;
};

const sources: readonly Source[] = [
  {
    permission: "routes:view",
    find: ({ configuration }, best) => best(named("route", "routes", configuration.content().routes.keys())),
  },
  {
    permission: "providers:view",
    find: ({ configuration }, best) => best(named("provider", "providers", configuration.content().providers.keys())),
  },
  {
    permission: "provider-keys:view",
    find: ({ configuration }, best) => best(providerKeys(configuration.content())),
  },
  {
    permission: "teams:view",
    find: ({ configuration }, best) =>
      best(
        configuration
          .content()
          .teams.values()
          .map(({ name, customer }) => result("team", "teams", name, customer)),
      ),
  },
  {
    permission: "customers:view",
    find: ({ configuration }, best) => best(named("customer", "customers", configuration.content().customers.keys())),
  },
  {
    permission: "limits:view",
    find: ({ configuration }, best) =>
      best(named("limit", "limits", new Set(configuration.content().limits.map(({ scope }) => scope.name)))),
  },
  {
    permission: "virtual-keys:view",
    find: ({ configuration }, best) => eachOnce(best(configuration.content().virtualKeys.values())).map(showKey),
  },
  { permission: "models:view", find: async (services, best) => best((await allModels(services)).map(showModel)) },
];

function result(kind: Result["kind"], page: Result["page"], name: string, detail?: string): Result {
  return { kind, id: name, name, ...(detail !== undefined && { detail }), page };
}

function* named(kind: Result["kind"], page: Result["page"], names: Iterable<string>): Generator<Result> {
  for (const name of names) yield result(kind, page, name);
}

function* providerKeys({ providers }: SnapshotContent): Generator<Result> {
  for (const { id, keys } of providers.values())
    for (const { name } of keys) yield { ...result("provider_key", "providers", name, id), id };
}

/** A key that is rotated has two secrets for a while, and stands there by each. */
function eachOnce(keys: readonly VirtualKey[]): readonly VirtualKey[] {
  return [...new Map(keys.map((key) => [key.id, key])).values()];
}

function showKey({ id, name, team, customer }: VirtualKey): Result {
  return { ...result("virtual_key", "keys", name, team ?? customer), id };
}

function showModel({ provider, facts }: ListedModel): Result {
  return { ...result("model", "models", facts.id, provider), id: `${provider}/${facts.id}` };
}

/** By our id at once; by the client's while there is time. */
async function findRequests(
  text: string,
  { logs }: Services,
): Promise<{ readonly data: readonly Result[]; readonly partial?: true }> {
  const own = /^[0-9a-f]{32}$/.test(text) ? await logs.get(text) : undefined;
  if (own !== undefined) return { data: [showRequest(own.record)] };
  // An id that a client made, and no word of a name.
  if (!/^(?=.*\d)[\w.:/+=-]{8,200}$/.test(text)) return { data: [] };
  const filters = [{ on: "word", field: "request_id", anyOf: [text] }] as const;
  const found = await Promise.race([logs.list({ limit: 5, filters }), later(requestsMs)]);
  if (found === undefined) return { data: [], partial: true };
  const data = found.data.map(showRequest);
  return found.partial === undefined ? { data } : { data, partial: true };
}

function showRequest({ id, model, askedModel, startedAtMs, status }: RequestRecord): Result {
  const detail = `${model ?? askedModel ?? ""} ${status} ${showTime(startedAtMs)}`.trim();
  return { ...result("request", "requests", id, detail), id };
}

function later(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
