import type { AuditNote } from "#audit/audit-trail";
import { fieldChanges } from "#audit/field-changes";
import type { ConfiguredProvider } from "#config/configured";
import { providerProblem } from "#config/provider-problem";
import { newProviderSchema, type ProviderConfig, providerSchema } from "#config/provider-schema";
import { ControlError } from "#core/control-error";
import type { JsonObject } from "#lib/json";
import type { ProviderDefinition } from "#providers/provider";
import { compileProvider } from "#snapshot/compile";
import { mainPath } from "#snapshot/compile-dialects";
import type { Configuration } from "#snapshot/configuration";
import type { ConfigStore } from "#store/config/config-store";
import { listAnswer, pageOf, pageQuery } from "../paging";
import { invalidFields, parseInput } from "../parse-input";
import { applyPatch } from "../patch";
import { type ApiRoute, json, noContent } from "../route";
import { showProviderKey } from "./provider-keys";

export type ProviderParts = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
};

const path = "/api/providers";

export function providerRoutes(parts: ProviderParts): readonly ApiRoute[] {
  const { store, configuration, definitions } = parts;
  const show = (provider: ConfiguredProvider) => showProvider(provider, definitions.get(provider.id));
  return [
    {
      method: "GET",
      path,
      summary: "List providers",
      access: "admin",
      query: pageQuery,
      handle: async ({ query }) => {
        const { page, next } = pageOf(
          await configuration.providers(),
          ({ id }) => id,
          parseInput(pageQuery, query, "query"),
        );
        return listAnswer(page.map(show), next);
      },
    },
    {
      method: "POST",
      path,
      summary: "Switch a provider on, or add one of your own",
      access: "admin",
      body: newProviderSchema,
      handle: async ({ body, origin }) => {
        const { id, ...config } = parseInput(newProviderSchema, body, "body");
        return configuration.create(origin, async () => {
          const taken = (await configuration.providers()).some((provider) => provider.id === id);
          if (taken) throw new ControlError("conflict", `Cannot add the provider "${id}": it is already there`);
          refuseProblem(config, definitions.get(id));
          await store.providers.put(id, config);
          const answer = json(show({ id, source: "store", config, keys: [] }), 201);
          return { result: answer, changed: "providers", event: note("create", id, {}, config) };
        });
      },
    },
    {
      method: "GET",
      path: `${path}/{id}`,
      summary: "Show a provider",
      access: "admin",
      handle: async ({ params }) => json(show(await findProvider(params.id ?? "", configuration))),
    },
    {
      method: "PATCH",
      path: `${path}/{id}`,
      summary: "Change a provider",
      access: "admin",
      body: providerSchema,
      handle: async ({ params, body, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const provider = await changeableProvider(params.id ?? "", configuration);
          const config = applyPatch(providerSchema, provider.config, body);
          refuseProblem(config, definitions.get(provider.id));
          await store.providers.put(provider.id, config);
          const event = note("update", provider.id, provider.config, config);
          return { result: { ...provider, config }, changed: "providers", event };
        });
        return json(show(changed));
      },
    },
    {
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Remove a provider with its keys",
      access: "admin",
      handle: async ({ params, origin }) => {
        await configuration.change(origin, async () => {
          const { id, config } = await changeableProvider(params.id ?? "", configuration);
          await store.providers.delete(id);
          return { result: undefined, changed: "providers", event: note("delete", id, config, {}) };
        });
        return noContent;
      },
    },
  ];
}

/** Headers may carry secrets of an operator's own proxy. */
function note(
  verb: "create" | "update" | "delete",
  id: string,
  before: ProviderConfig,
  after: ProviderConfig,
): AuditNote {
  const changes = fieldChanges(before, after, ["headers"]);
  return { action: `provider.${verb}`, resource: { type: "provider", id }, changes };
}

export async function findProvider(id: string, configuration: Configuration): Promise<ConfiguredProvider> {
  const provider = (await configuration.providers()).find((candidate) => candidate.id === id);
  if (provider === undefined) throw new ControlError("not_found", `Cannot find the provider: none has the id "${id}"`);
  return provider;
}

export async function changeableProvider(id: string, configuration: Configuration): Promise<ConfiguredProvider> {
  const provider = await findProvider(id, configuration);
  if (provider.source === "store") return provider;
  throw new ControlError(
    "conflict",
    `Cannot change the provider "${id}": the configuration file declares it, change it there`,
  );
}

function refuseProblem(config: ProviderConfig, definition: ProviderDefinition | undefined): void {
  const problem = providerProblem(config, definition);
  if (problem === undefined) return;
  const path = problem.path.length === 0 ? ["id"] : problem.path;
  throw invalidFields([{ ...problem, path }], "body");
}

/** Headers may carry secrets of an operator's own proxy: only their names are shown. */
function showProvider(provider: ConfiguredProvider, definition: ProviderDefinition | undefined): JsonObject {
  const { id, source, config, keys } = provider;
  const { baseUrl, dialects, auth, timeouts, retries } = compileProvider(provider, definition);
  const { headers, ...shown } = config;
  return {
    id,
    ...shown,
    name: config.name ?? definition?.name ?? id,
    base_url: baseUrl,
    auth,
    dialects: dialects.map((dialect) => ({
      name: dialect.name,
      path: mainPath(dialect),
      ...(dialect.models !== undefined && { models: dialect.models }),
    })),
    ...(headers === undefined ? {} : { header_names: Object.keys(headers) }),
    timeouts: {
      connect_ms: timeouts.connectMs,
      headers_ms: timeouts.headersMs,
      first_token_ms: timeouts.firstTokenMs,
      idle_ms: timeouts.idleMs,
      total_ms: timeouts.totalMs,
    },
    retries: { max: retries.max, backoff_initial_ms: retries.backoffInitialMs, backoff_max_ms: retries.backoffMaxMs },
    keys: keys.map(showProviderKey),
    source,
    read_only: source === "file",
  };
}
