import type { DialectName } from "#core/completion";
import type { Provider, ProviderDialect, ProviderKey } from "#core/snapshot";
import type { ModelRef, Target } from "#core/target";
import { compileGlob } from "#lib/glob";

/** A target with the weight of its key. */
export type Candidate = { readonly target: Target; readonly weight: number };

/** The targets that a model at a provider has for a client's dialect, one for each key. Kept as long as the model reference is. */
export type Candidates = (ref: ModelRef, dialect: DialectName, sameDialectOnly: boolean) => readonly Candidate[];

export function createCandidates(): Candidates {
  const translatable = new WeakMap<ModelRef, Map<DialectName, readonly Candidate[]>>();
  const ownOnly: typeof translatable = new WeakMap();

  return (ref, dialect, sameDialectOnly) => {
    const remembered = sameDialectOnly ? ownOnly : translatable;
    let lists = remembered.get(ref);
    if (lists === undefined) {
      lists = new Map();
      remembered.set(ref, lists);
    }
    let list = lists.get(dialect);
    if (list === undefined) {
      list = listCandidates(ref, dialect, sameDialectOnly);
      lists.set(dialect, list);
    }
    return list;
  };
}

function listCandidates(ref: ModelRef, asked: DialectName, sameDialectOnly: boolean): readonly Candidate[] {
  const dialect = dialectFor(ref, asked, sameDialectOnly);
  if (dialect === undefined) return [];
  return keysFor(ref.provider, ref.model)
    .filter(({ weight }) => weight > 0)
    .map((key) => ({ target: { ...ref, dialect, key }, weight: key.weight }));
}

/** The keys that a provider may be asked with for a model. */
export function keysFor({ auth, keys }: Provider, model: string): readonly ProviderKey[] {
  return auth === "none" ? [noKey] : keys.filter((key) => covers(key.models, model));
}

/** Stands in where a provider takes no key, so that every target has one. */
const noKey: ProviderKey = { id: "none", name: "none", secret: "", weight: 1 };

/** The client's own dialect if the provider lists it for the model, else the first that serves the model. */
function dialectFor(ref: ModelRef, asked: DialectName, sameDialectOnly: boolean): ProviderDialect | undefined {
  const own = ref.provider.dialects.find((dialect) => dialect.name === asked && covers(dialect.models, ref.model));
  if (own !== undefined || sameDialectOnly) return own;
  return ref.provider.dialects.find((dialect) => covers(dialect.models, ref.model));
}

/** Whether the model is served there in this dialect, with or without a key. */
export function speaks(ref: ModelRef, dialect: DialectName): boolean {
  return dialectFor(ref, dialect, true) !== undefined;
}

function covers(patterns: readonly string[] | undefined, model: string): boolean {
  return patterns === undefined || patterns.some((pattern) => compileGlob(pattern)(model));
}
