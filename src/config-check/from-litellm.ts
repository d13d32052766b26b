import type { RouteConfig } from "#config/schema";
import { arrayOf, isArray, isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import type { ModelCatalog } from "#routing/resolve-model";
import { type ForeignCredentials, foreignCredentials, litellmNames } from "./foreign-credentials";
import {
  countIn,
  type Definitions,
  type Draft,
  type DraftProvider,
  leftIn,
  leftInSection,
  placedAt,
  providerNamed,
  referenceIn,
  regionalBaseUrl,
  timeIn,
  withKey,
} from "./foreign-words";

/** What is known of providers, and of models that are named without one. */
type Known = { readonly definitions: Definitions; readonly catalog: Pick<ModelCatalog, "providersOf"> };

/** One entry of `model_list`. */
type Deployment = { readonly alias: string; readonly model: string; readonly weight: number | undefined };

/**
 * LiteLLM's `model_list` as providers and routes, its fallbacks, aliases, retries and timeouts as theirs:
 * https://docs.litellm.ai/docs/proxy/configs. Deployments of one `model_name` become the targets of one route.
 */
export function fromLiteLlm(file: JsonObject, known: Known): Draft {
  const providers: Record<string, DraftProvider> = {};
  const left = new Set<string>();
  const deployments = arrayOf(file, "model_list").flatMap((entry, index) => {
    const placed = isObject(entry) ? place(entry, providers, known, left) : undefined;
    if (placed === undefined) left.add(`model_list[${index}]`);
    return placed ?? [];
  });
  const [litellm, router] = [objectOf(file, "litellm_settings") ?? {}, objectOf(file, "router_settings") ?? {}];
  const settings = { ...litellm, ...router };
  const routes = routesOf(deployments, fallbacksIn(litellm, router), objectOf(router, "model_group_alias") ?? {});
  for (const path of leftOf(file)) left.add(path);
  return {
    config: {
      providers: Object.fromEntries(
        Object.entries(providers).map(([id, provider]) => [id, { ...provider, ...patience(settings) }]),
      ),
      ...(routes.length > 0 && { routes: [...routes] }),
    },
    left: [...left],
  };
}

const readOfSettings = [
  "fallbacks",
  "default_fallbacks",
  "num_retries",
  "timeout",
  "request_timeout",
  "stream_timeout",
];

function leftOf(file: JsonObject): readonly string[] {
  const sections = ["litellm_settings", "router_settings", "general_settings"];
  return [
    ...leftIn(file, "", ["model_list", ...sections]),
    ...leftInSection(file, "litellm_settings", readOfSettings),
    ...leftInSection(file, "router_settings", [...readOfSettings, "model_group_alias"]),
    ...leftInSection(file, "general_settings", []),
  ];
}

/** Retries and timers, which a provider has here. */
function patience(settings: JsonObject): Pick<DraftProvider, "retries" | "timeouts"> {
  const max = countIn(settings, ["num_retries"], 10);
  const total = timeIn(settings, ["timeout", "request_timeout"], 1000);
  const first = timeIn(settings, ["stream_timeout"], 1000);
  return {
    ...(max !== undefined && { retries: { max } }),
    ...((total ?? first) !== undefined && {
      timeouts: {
        ...(first !== undefined && { first_token_ms: first }),
        ...(total !== undefined && { total_ms: total }),
      },
    }),
  };
}

/** Adds the provider of a deployment, or its key. Undefined for one that is not known; no deployment where none is needed. */
function place(
  entry: JsonObject,
  providers: Record<string, DraftProvider>,
  { catalog, definitions }: Known,
  left: Set<string>,
): readonly Deployment[] | undefined {
  const parameters = objectOf(entry, "litellm_params") ?? {};
  const [alias, model] = [stringOf(entry, "model_name"), stringOf(parameters, "model")];
  if (alias === undefined || model === undefined) return undefined;
  const slash = model.indexOf("/");
  // A bare name is its maker's, where the catalog knows it; LiteLLM takes any other for OpenAI's.
  const makers = slash < 0 ? [...catalog.providersOf(model), ...definitions.keys()] : [model.slice(0, slash)];
  const name = providerNamed(makers[0] ?? "", definitions);
  const { region } = litellmNames.aws;
  const baseUrl =
    stringOf(parameters, "api_base") ??
    stringOf(parameters, "base_url") ??
    regionalBaseUrl(name, stringOf(parameters, region), definitions);
  const found = placedAt(providers, name, baseUrl, definitions);
  if (found === undefined) return undefined;
  const { id, provider } = found;
  const credentials = foreignCredentials(parameters, litellmNames);
  providers[id] = withSecret(provider, parameters, credentials);
  for (const path of leftIn(entry, "model_list[]", ["model_name", "litellm_params"])) left.add(path);
  const read = ["model", "api_key", "api_base", "base_url", "weight", ...(credentials?.read ?? [])];
  if (baseUrl !== undefined) read.push(region);
  for (const path of leftIn(parameters, "model_list[].litellm_params", read)) left.add(path);
  const placed = `${id}/${model.slice(slash + 1)}`;
  // Any model of a provider may be asked by its name: no route is needed.
  if (alias.includes("*") || alias === placed) return [];
  return [{ alias, model: placed, weight: numberOf(parameters, "weight") }];
}

function withSecret(
  provider: DraftProvider,
  parameters: JsonObject,
  found: ForeignCredentials | undefined,
): DraftProvider {
  if (parameters.api_key !== undefined) return withKey(provider, { value: referenceIn(parameters.api_key) });
  return found === undefined ? provider : withKey(provider, { credentials: found.credentials });
}

function routesOf(
  deployments: readonly Deployment[],
  fallbacks: (alias: string) => readonly string[],
  otherNames: JsonObject,
): readonly RouteConfig[] {
  const of = (alias: string) => deployments.filter((each) => each.alias === alias);
  // A fallback is a model here: those that its name leads to.
  const modelsOf = (name: string) => (of(name).length > 0 ? of(name).map(({ model }) => model) : [name]);
  const route = (alias: string, group: string): RouteConfig => {
    const named = fallbacks(group).flatMap(modelsOf);
    return {
      alias,
      targets: of(group).map(({ model, weight }) => ({ model, ...(weight !== undefined && { weight }) })),
      ...(named.length > 0 && { fallbacks: [...new Set(named)] }),
    };
  };
  return [
    ...[...new Set(deployments.map(({ alias }) => alias))].map((alias) => route(alias, alias)),
    ...Object.entries(otherNames).flatMap(([alias, group]) => {
      const name = isObject(group) ? stringOf(group, "model") : group;
      return typeof name === "string" && of(name).length > 0 ? [route(alias, name)] : [];
    }),
  ];
}

/** `fallbacks: [{"a": ["b", "c"]}]` and `default_fallbacks`, of the router or of LiteLLM as a whole. */
function fallbacksIn(...sections: readonly JsonObject[]): (alias: string) => readonly string[] {
  const named = new Map(
    sections.flatMap((section) =>
      arrayOf(section, "fallbacks").flatMap((entry) =>
        Object.entries(isObject(entry) ? entry : {}).map(([name, others]) => [name, textsIn(others)] as const),
      ),
    ),
  );
  const usual = sections.flatMap((section) => textsIn(section.default_fallbacks));
  return (alias) => (named.get(alias) ?? named.get("*") ?? usual).filter((name) => name !== alias);
}

function textsIn(value: JsonObject[string]): readonly string[] {
  return isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
