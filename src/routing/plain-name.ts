import type { Provider, Snapshot } from "#core/snapshot";

/**
 * Google's names of a model as a resource, before the model's own: `models/x`, `publishers/google/models/x`, both below a
 * project. Its SDKs put them before every name (https://github.com/googleapis/python-genai, `t_model` in google/genai/_transformers.py).
 */
const resource = /^(?:(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/google\/)?models\/)+(?=.)/;
/** Of `gem/x` Vertex's clients make this. */
const published = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/([^/]+)\/models\/(?=.)/;
/** Behind a provider's name, which says who serves it. */
const atProvider = /^(?:(?:publishers\/[^/]+\/)?models\/)+(?=.)/;

/**
 * The one form of an asked name that keys' patterns, routes and providers are compared with: `x`, an alias, or `provider/x`.
 * A name that is configured as it stands, as an alias or as a provider's model, keeps its form.
 */
export function plainModelName(name: string, snapshot: Pick<Snapshot, "providers" | "routes">): string {
  const { providers, routes } = snapshot;
  if (routes.has(name)) return name;
  const short = providerOf(name, providers) === undefined ? withoutResource(name, providers) : name;
  const provider = providerOf(short, providers);
  if (provider === undefined || routes.has(short)) return short;
  const model = short.slice(provider.id.length + 1);
  if (provider.models.has(model) || !hasResources(provider)) return short;
  return `${provider.id}/${model.replace(atProvider, "")}`;
}

function providerOf(name: string, providers: Snapshot["providers"]): Provider | undefined {
  const slash = name.indexOf("/");
  return slash > 0 ? providers.get(name.slice(0, slash)) : undefined;
}

function withoutResource(name: string, providers: Snapshot["providers"]): string {
  if (!resource.test(name) && !published.test(name)) return name;
  for (const { models } of providers.values()) if (models.has(name)) return name;
  return name.replace(resource, "").replace(published, "$1/");
}

/** Whether a provider is asked at `…/models/{model}:method`: there the name would stand twice. */
function hasResources({ dialects }: Provider): boolean {
  return dialects.some(({ paths }) => Object.values(paths).some(({ whole }) => whole.includes("/models/{model}:")));
}
