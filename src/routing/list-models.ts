import type { ListedModel } from "#core/listed-model";
import { priceAt } from "#core/price";
import type { ModelMode, Provider, Snapshot } from "#core/snapshot";
import type { ModelRef } from "#core/target";
import type { Draft } from "#lib/draft";
import { compileGlob } from "#lib/glob";
import { type Asked, canServe, hasKey } from "./candidates";
import { type ModelCatalog, type Resolution, resolveModel } from "./resolve-model";

export type ListingCatalog = ModelCatalog & { readonly list: (provider: string) => readonly { readonly id: string }[] };

/** What the caller may ask for by name, and be served. */
export type Allowed = {
  readonly name: (name: string) => boolean;
  readonly target: (ref: ModelRef) => boolean;
  /** What it may ask: a model that serves none of it is not listed. Absent: whatever is served. */
  readonly asks?: readonly Asked[];
};

/** What a list is made of. */
type Listed = Pick<Snapshot, "prices" | "providers" | "routes">;

/** The operations that a model of a mode is for. Those of other modes are not served yet. */
const operationsOf: { readonly [mode in ModelMode]?: readonly string[] } = {
  chat: ["completion", "text-completion"],
  embedding: ["embeddings"],
};

/**
 * The names that a snapshot answers to and the caller may use and be served: aliases first, then `provider/model` by
 * configuration and catalog, or the bare name where the caller may use that alone.
 */
export function listModels(
  snapshot: Listed,
  catalog: ListingCatalog,
  allowed: Allowed,
  nowMs: number,
): readonly ListedModel[] {
  const find = (name: string) => findModel(name, snapshot, catalog, allowed, nowMs);
  const served = [...snapshot.providers.values()].flatMap((provider) => {
    const ids = new Set([...listedIn(catalog, provider), ...provider.models.keys()]);
    return [...ids].flatMap((id) => find(`${provider.id}/${id}`) ?? find(id) ?? []);
  });
  const aliases = [...snapshot.routes.keys()].flatMap((alias) => find(alias) ?? []);
  return [...new Map([...aliases, ...served].map((model) => [model.id, model])).values()];
}

function listedIn(catalog: ListingCatalog, { id, unserved = [] }: Provider): readonly string[] {
  const patterns = unserved.map(compileGlob);
  return catalog.list(id).flatMap((model) => (patterns.some((matches) => matches(model.id)) ? [] : [model.id]));
}

/** One name that the caller may ask for, known to a list or not; undefined where it leads nowhere for this caller. */
export function findModel(
  name: string,
  snapshot: Listed,
  catalog: ModelCatalog,
  allowed: Allowed,
  nowMs: number,
): ListedModel | undefined {
  if (!allowed.name(name)) return undefined;
  const resolution = resolveModel(name, snapshot, catalog);
  const refs = resolution === undefined ? [] : refsOf(resolution).filter(allowed.target);
  const served = refs.filter((ref) => canBeCalled(ref, allowed.asks));
  const [first] = served;
  if (first === undefined) return undefined;
  return describe(name, snapshot.routes.has(name) ? "headgate" : first.provider.id, served, nowMs);
}

/** Of an alias what holds for all that it may lead to, and the price only where it leads to one model. */
function describe(id: string, ownedBy: string, refs: readonly ModelRef[], nowMs: number): ListedModel {
  const facts = refs[0]?.facts;
  const model: Draft<ListedModel> = { id, ownedBy };
  if (facts?.releasedOn !== undefined) model.releasedOn = facts.releasedOn;
  const contextTokens = leastOf(refs.map((ref) => ref.facts?.contextTokens));
  if (contextTokens !== undefined) model.contextTokens = contextTokens;
  const maxOutputTokens = leastOf(refs.map((ref) => ref.facts?.maxOutputTokens));
  if (maxOutputTokens !== undefined) model.maxOutputTokens = maxOutputTokens;
  const price = refs.length === 1 ? priceAt(facts?.prices, nowMs) : undefined;
  if (price !== undefined) model.price = price;
  return model;
}

/** Undefined where one of them is not known. */
function leastOf(amounts: readonly (number | undefined)[]): number | undefined {
  const known = amounts.flatMap((amount) => amount ?? []);
  return known.length === amounts.length && known.length > 0 ? Math.min(...known) : undefined;
}

/** Whether its provider has a key for it, and serves something that the caller may ask of such a model. */
function canBeCalled(ref: ModelRef, asks: Allowed["asks"]): boolean {
  const { mode } = ref.facts ?? {};
  const operations = mode === undefined ? undefined : (operationsOf[mode] ?? []);
  const fits = (operation: string) => operations === undefined || operations.includes(operation);
  if (asks !== undefined) return asks.some((asked) => fits(asked.operation) && canServe(ref, asked));
  return hasKey(ref) && ref.provider.dialects.some(({ paths }) => Object.keys(paths).some(fits));
}

function refsOf({ targets, fallbacks }: Resolution): readonly ModelRef[] {
  return [...targets.flatMap(({ ref, weight }) => (weight > 0 ? [ref] : [])), ...fallbacks];
}
