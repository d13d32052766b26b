import type { DialectId } from "#core/completion";
import type { Provider, ProviderDialect, ProviderKey } from "#core/snapshot";
import type { ModelRef, Target } from "#core/target";
import { compileGlob } from "#lib/glob";

/** A target with the weight of its key. */
export type Candidate = { readonly target: Target; readonly weight: number };

/** What a client asks for. */
export type Asked = {
  readonly dialect: DialectId;
  readonly operation: string;
  /** Whether a provider of another dialect can be asked in the client's place. */
  readonly translates: boolean;
  /** The operation by which providers are asked that do not have this one. */
  readonly standIn?: string | undefined;
};

/** The targets that a model at a provider has for a request, one for each key. Kept as long as the model reference is. */
export type Candidates = (ref: ModelRef, asked: Asked) => readonly Candidate[];

export function createCandidates(): Candidates {
  const remembered = new WeakMap<ModelRef, Map<DialectId, Map<string, readonly Candidate[]>>>();

  return (ref, asked) => {
    const byDialect = remembered.get(ref) ?? new Map<DialectId, Map<string, readonly Candidate[]>>();
    const lists = byDialect.get(asked.dialect) ?? new Map<string, readonly Candidate[]>();
    let list = lists.get(asked.operation);
    if (list === undefined) {
      list = listCandidates(ref, asked);
      remembered.set(ref, byDialect.set(asked.dialect, lists.set(asked.operation, list)));
    }
    return list;
  };
}

function listCandidates(ref: ModelRef, asked: Asked): readonly Candidate[] {
  const dialect = dialectFor(ref, asked);
  if (dialect === undefined) return [];
  return keysFor(ref.provider, ref.model)
    .filter(({ weight }) => weight > 0)
    .map((key) => ({ target: { ...ref, dialect, key }, weight: key.weight }));
}

/** Whether a model can be asked this at its provider, with a key that there is. */
export function canServe(ref: ModelRef, asked: Asked): boolean {
  return hasKey(ref) && dialectFor(ref, asked) !== undefined;
}

/** Whether its provider has a key that may be used for a model. */
export function hasKey({ model, provider }: ModelRef): boolean {
  return keysFor(provider, model).some(({ weight }) => weight > 0);
}

/** All keys of a provider. */
export function keysOf({ auth, keys }: Provider): readonly ProviderKey[] {
  return auth === "none" ? [noKey] : keys;
}

/** The keys that a provider may be asked with for a model. */
export function keysFor(provider: Provider, model: string): readonly ProviderKey[] {
  return keysOf(provider).filter((key) => covers(key.models, model));
}

/** Stands in where a provider takes no key, so that every target has one. */
const noKey: ProviderKey = { id: "none", name: "none", secret: "", weight: 1 };

/** The client's own dialect if the provider lists it for the model, else the first that serves the model, or what stands in there. */
function dialectFor(
  ref: ModelRef,
  { dialect: own, operation, standIn, translates }: Asked,
): ProviderDialect | undefined {
  const serving = ref.provider.dialects.filter((dialect) => serves(dialect, ref.model, operation));
  const direct = serving.find(({ name }) => name === own) ?? (translates ? serving[0] : undefined);
  if (direct !== undefined || standIn === undefined) return direct;
  return dialectFor(ref, { dialect: own, operation: standIn, translates: true });
}

/** Whether a provider serves the model in this dialect, with or without a key, and whether it serves this operation there. */
export function speaks(
  ref: ModelRef,
  { dialect, operation }: Asked,
): { readonly dialect: boolean; readonly operation: boolean } {
  const own = ref.provider.dialects.filter(({ name, models }) => name === dialect && includes(models, ref.model));
  return { dialect: own.length > 0, operation: own.some(({ paths }) => paths[operation] !== undefined) };
}

function serves({ models, paths }: ProviderDialect, model: string, operation: string): boolean {
  return includes(models, model) && paths[operation] !== undefined;
}

/** Of the patterns of a dialect those with `!` before them except what they match; where there are no others all else is in. */
function includes(patterns: readonly string[] | undefined, model: string): boolean {
  if (patterns === undefined) return true;
  const excepted = patterns.filter((pattern) => pattern.startsWith("!"));
  if (excepted.some((pattern) => compileGlob(pattern.slice(1))(model))) return false;
  return excepted.length === patterns.length || covers(patterns, model);
}

function covers(patterns: readonly string[] | undefined, model: string): boolean {
  return patterns === undefined || patterns.some((pattern) => compileGlob(pattern)(model));
}
