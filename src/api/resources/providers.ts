import type { ConfiguredProvider } from "#config/configured";
import { withBaseUrl } from "#config/environment";
import { providerProblem } from "#config/provider-problem";
import { newProviderSchema, type ProviderConfig, providerSchema } from "#config/provider-schema";
import { variableNamed } from "#config/secrets";
import type { ProviderDefinition } from "#providers/provider";
import type { Configuration } from "#snapshot/configuration";
import { invalidFields } from "../parse-input";
import { findEntry, findStoredEntry, resourceRoutes } from "../resource";
import type { ApiRoute } from "../route";
import type { ApiServices } from "../services";
import { providerView, showProvider } from "./provider-view";

export function providerRoutes({
  store,
  configuration,
  definitions,
  doubts,
  resolveSecret,
  tokens,
}: Pick<
  ApiServices,
  "store" | "configuration" | "definitions" | "doubts" | "resolveSecret" | "tokens"
>): readonly ApiRoute[] {
  const show = (provider: ConfiguredProvider) =>
    showProvider(
      provider,
      definitions.get(provider.id),
      configuration.placeOf("providers", provider.id),
      tokens.stateOf,
    );
  const addressed = (id: string, config: ProviderConfig) =>
    withBaseUrl(config, definitions.get(id), (name) => variableNamed(name, resolveSecret));
  return resourceRoutes(
    {
      ...findable(configuration),
      path: "/api/providers",
      key: "id",
      permission: "providers",
      changed: "providers",
      summaries: {
        list: "List providers",
        create: "Switch a provider on, or add one of your own",
        show: "Show a provider",
        change: "Change a provider",
        remove: "Remove a provider with its keys",
      },
      taken: (id) => `Cannot add the provider "${id}": it is already there`,
      newSchema: newProviderSchema,
      schema: providerSchema,
      view: providerView,
      newView: providerView,
      split: ({ id, ...config }) => ({ id, config: addressed(id, config) }),
      configOf: ({ config }) => config,
      entryOf: (id, config, before) => ({ id, source: "store", config, keys: before?.keys ?? [] }),
      doubts: doubts.ofProvider,
      check: (id, config) => refuseProviderProblem(config, definitions.get(id)),
      put: (id, config) => store.providers.put(id, config),
      remove: async (id) => void (await store.providers.delete(id)),
      show: async () => show,
      showNew: show,
      restorable: ({ id, config: { headers: _, ...config } }) => ({ id, ...config }),
      lost: ({ config: { headers = {} }, keys }) => [
        ...keys.map((key) => `the key "${key.name}"`),
        ...Object.keys(headers).map((name) => `the header "${name}"`),
      ],
      // Headers may carry secrets of an operator's own proxy.
      secret: ["headers"],
    },
    configuration,
  );
}

function findable(configuration: Configuration) {
  return {
    word: "provider",
    all: () => configuration.entries("providers"),
    idOf: ({ id }: ConfiguredProvider) => id,
    missing: (id: string) => `Cannot find the provider: none has the id "${id}"`,
  };
}

export function findProvider(id: string, configuration: Configuration): Promise<ConfiguredProvider> {
  return findEntry(id, findable(configuration));
}

export function findStoredProvider(id: string, configuration: Configuration): Promise<ConfiguredProvider> {
  return findStoredEntry(id, findable(configuration));
}

/** Throws `invalid` where the two together do not say enough to call it. */
export function refuseProviderProblem(config: ProviderConfig, definition: ProviderDefinition | undefined): void {
  const problem = providerProblem(config, definition);
  if (problem === undefined) return;
  const path = problem.path.length === 0 ? ["id"] : problem.path;
  throw invalidFields([{ ...problem, path }], "body");
}
