import { beforeEach, describe, expect, test } from "bun:test";
import * as z from "zod";
import { withDocuments } from "#api/documents";
import { type ApiHandler, createApiHandler } from "#api/handler";
import { createIdempotentPosts } from "#api/idempotency";
import { bodyOf, noInput } from "#api/input";
import { createRefusalNotes } from "#api/refusal-notes";
import { namedBy, resourceRoutes } from "#api/resource";
import { ok } from "#api/response";
import { type ApiRoute, route } from "#api/route";
import { createSignIns } from "#api/sign-ins";
import { showSource, sourceFields } from "#api/view-fields";
import { type AuditTrail, createAuditTrail } from "#audit/audit-trail";
import type { Source } from "#config/configured";
import { createIdSource } from "#core/ids";
import type { ConfigStore } from "#store/config/config-store";
import { openStores } from "#store/open-stores";

// A further named list, as docs/internals/extending.md tells it: schema, section of the store, view, routes.

const regionSchema = z.strictObject({
  name: z.string().min(1).meta({ description: "What it is called." }),
  countries: z.array(z.string().length(2)).min(1),
});
type Region = z.infer<typeof regionSchema>;

function createRegionRepository(...declared: readonly Region[]) {
  const stored = new Map<string, Region>();
  return {
    list: async (): Promise<readonly (Region & { readonly source: Source })[]> => [
      ...declared.map((region) => ({ ...region, source: "file" as const })),
      ...[...stored.values()].map((region) => ({ ...region, source: "store" as const })),
    ],
    put: async (region: Region) => void stored.set(region.name, region),
    delete: async (name: string) => void stored.delete(name),
  };
}

const regionView = z
  .strictObject({ ...regionSchema.shape, size: z.int(), ...sourceFields })
  .meta({ id: "Region", description: "Some countries." });

function showRegion({ source, ...region }: Region & { readonly source: Source }): z.output<typeof regionView> {
  return { ...region, size: region.countries.length, ...showSource(source, region) };
}

function regionRoutes(
  regions: ReturnType<typeof createRegionRepository>,
  configuration: Parameters<typeof resourceRoutes>[1],
): readonly ApiRoute[] {
  return resourceRoutes(
    {
      ...namedBy("name", "region", regionSchema),
      path: "/api/regions",
      // A real one adds a row to `Resource` in api/route.ts, and to the sections of the snapshot.
      permission: "routes",
      changed: "routes",
      summaries: {
        list: "List regions",
        create: "Create a region",
        show: "Show a region",
        change: "Change a region",
        remove: "Remove a region",
      },
      view: regionView,
      newView: regionView,
      all: regions.list,
      put: (_, region) => regions.put(region),
      remove: regions.delete,
      show: async () => showRegion,
      showNew: showRegion,
    },
    configuration,
  );
}

let handler: ApiHandler;
let store: ConfigStore;

beforeEach(async () => {
  const nowMs = () => 1_800_000_000_000;
  const newId = createIdSource(nowMs);
  store = await openStores("memory:").config({ key: "k".repeat(32), origin: "test" });
  const audit = createAuditTrail({ store, newId, nowMs });
  const regions = createRegionRepository({ name: "nordic", countries: ["no", "se"] });
  handler = createApiHandler({
    routes: async () => withDocuments(regionRoutes(regions, changesOf(audit))),
    token: { matches: () => false },
    metricsTokenHash: () => undefined,
    checkToken: async (_address, _hash, check) => check(),
    visitRules: () => ({ tls: false, trustedProxies: [], insecureSessions: false }),
    sessions: { find: async () => undefined, endOf: () => new AbortController().signal },
    posts: createIdempotentPosts(store.keptAnswers, nowMs),
    signIns: createSignIns(audit, nowMs, () => undefined),
    refusals: createRefusalNotes(audit, nowMs),
    newId,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    checkResponses: true,
  });
});

/** Changes in transactions of the store, without a snapshot to compile. */
function changesOf({ commit }: AuditTrail): Parameters<typeof resourceRoutes>[1] {
  return {
    change: (origin, work) => commit(origin, work),
    create: (origin, work, keep) =>
      commit(origin, async () => {
        const done = await work();
        return { ...done, kept: keep(done.result) };
      }),
  };
}

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const text = body === undefined ? null : JSON.stringify(body);
  const request = new Request(`http://localhost${path}`, { method, headers, body: text });
  const response = await handler(request, { trusted: true, address: undefined });
  const answer = await response.text();
  return { status: response.status, body: answer === "" ? undefined : JSON.parse(answer) };
}

const benelux = { name: "benelux", countries: ["be", "nl", "lu"] };

describe("resourceRoutes() of a further named list", () => {
  test("lists, creates, shows, changes and deletes", async () => {
    const shown = { ...benelux, size: 3, source: "store", read_only: false, version: expect.any(String) };
    expect(await ask("POST", "/api/regions", benelux)).toEqual({ status: 201, body: shown });
    expect(await ask("GET", "/api/regions/benelux")).toEqual({ status: 200, body: shown });
    const first = await ask("GET", "/api/regions?limit=1");
    expect(first.body).toMatchObject({ data: [{ name: "nordic", read_only: true }], has_more: true, next: "nordic" });
    const second = await ask("GET", "/api/regions?limit=1&after=nordic");
    expect(second.body).toEqual({ data: [shown], has_more: false });
    const changed = await ask("PATCH", "/api/regions/benelux", { countries: ["be"] });
    expect(changed).toEqual({ status: 200, body: { ...shown, countries: ["be"], size: 1 } });
    expect((await ask("DELETE", "/api/regions/benelux")).status).toBe(204);
    expect((await ask("GET", "/api/regions/benelux")).status).toBe(404);
  });

  test("refuses what is taken, unknown, declared in the file, renamed or not of its form", async () => {
    await ask("POST", "/api/regions", benelux);
    expect((await ask("POST", "/api/regions", benelux)).status).toBe(409);
    expect((await ask("PATCH", "/api/regions/nordic", { countries: ["dk"] })).status).toBe(409);
    expect((await ask("DELETE", "/api/regions/nordic")).status).toBe(409);
    const renamed = await ask("PATCH", "/api/regions/benelux", { name: "low" });
    expect(renamed.body.detail).toBe('Cannot change "name": create a region with the new one');
    const wrong = await ask("POST", "/api/regions", { name: "x", contries: ["be"] });
    expect(wrong.body.detail).toContain('"contries" unknown key, did you mean "countries"?');
    const badCursor = await ask("GET", "/api/regions?after=gone");
    expect(badCursor).toMatchObject({ status: 400, body: { errors: [{ field: "after" }] } });
  });

  test("is audited, and carried out once for each Idempotency-Key", async () => {
    const key = { "idempotency-key": "one" };
    const made = await ask("POST", "/api/regions", benelux, key);
    expect(await ask("POST", "/api/regions", benelux, key)).toEqual(made);
    await ask("PATCH", "/api/regions/benelux", { countries: ["be"] });
    await ask("DELETE", "/api/regions/benelux");
    const events = await store.audit.list({ limit: 10, order: "oldest" });
    expect(events.map(({ event }) => [event.action, event.resource.id])).toEqual([
      ["region.create", "benelux"],
      ["region.update", "benelux"],
      ["region.delete", "benelux"],
    ]);
    expect(events[1]?.event.changes).toEqual({ countries: { from: ["be", "nl", "lu"], to: ["be"] } });
  });

  test("is in the OpenAPI document with its request and its answer", async () => {
    const { body } = await ask("GET", "/api/openapi.json");
    expect(Object.keys(body.paths["/api/regions/{name}"])).toEqual(["get", "patch", "delete"]);
    expect(body.components.schemas.Region.properties.size).toMatchObject({ type: "integer" });
    expect(body.components.schemas.PostRegionsBody.required).toEqual(["name", "countries"]);
  });
});

/** Not called: what must not compile. */
export function wrongRoutes(): readonly unknown[] {
  const head = { method: "GET", summary: "", input: noInput } as const;
  const answer = z.strictObject({ name: z.string() });
  return [
    // @ts-expect-error a route says what it answers
    route({ ...head, path: "/api/a", permission: "routes:view", handle: async () => ({ name: "a" }) }),
    // @ts-expect-error a route of admins says which permission it needs
    route({ ...head, path: "/api/a", response: ok(answer), handle: async () => ({ name: "a" }) }),
    // @ts-expect-error a handler returns what the route answers
    route({ ...head, path: "/api/a", permission: "routes:view", response: ok(answer), handle: async () => ({}) }),
    route({
      ...head,
      path: "/api/a/{id}",
      permission: "routes:view",
      response: ok(answer),
      // @ts-expect-error a handler gets the parameters of its path
      handle: async ({ params }) => ({ name: params.name }),
    }),
    route({
      ...head,
      path: "/api/a",
      permission: "routes:edit",
      input: bodyOf(answer),
      response: ok(answer),
      // @ts-expect-error a handler gets what its input says
      handle: async ({ body }) => ({ name: body.nam }),
    }),
  ];
}
