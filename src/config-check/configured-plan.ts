import type { FileEntries } from "#config/file-entries";
import type { Provider, Snapshot } from "#core/snapshot";
import type { TokenLookup } from "#credentials/token-keeper";
import type { ProviderDefinition } from "#providers/provider";
import type { ListingCatalog } from "#routing/list-models";
import { compileProvider, compileRoute } from "#snapshot/compile";
import { compilePriceOverride } from "#snapshot/compile-price";

/** What a configuration comes to, as far as it says where requests go. */
export type ConfiguredPlan = {
  /** Whether it is all there is, or a file's alone. */
  readonly of: "file" | "gateway";
  readonly catalog: ListingCatalog;
  readonly content: Pick<Snapshot, "prices" | "providers" | "routes">;
};

export function planOf(
  entries: FileEntries,
  definitions: ReadonlyMap<string, ProviderDefinition>,
  catalog: ListingCatalog,
): ConfiguredPlan {
  const providers = new Map(
    entries.providers.map((provider) => [
      provider.id,
      compileProvider(provider, definitions.get(provider.id), anyToken),
    ]),
  );
  const routes = new Map(entries.routes.map((route) => [route.alias, compileRoute(route)]));
  return { of: "file", catalog, content: { providers, routes, prices: entries.prices.map(compilePriceOverride) } };
}

/** Whether its tokens can be had is seen when it runs. */
const anyToken: TokenLookup = () => ({ secret: "", auth: "bearer" });

/** The models of a provider that are known, whether or not it has others; empty where none is known. */
export function knownModels({ id, models }: Provider, catalog: ListingCatalog): readonly string[] {
  return [...new Set([...catalog.list(id).map((model) => model.id), ...models.keys()])];
}
