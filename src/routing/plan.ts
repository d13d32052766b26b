import type { DialectName } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { ProviderDialect, ProviderKey } from "#core/snapshot";
import type { ModelRef, Target } from "#core/target";
import { compileGlob } from "#lib/glob";
import type { Resolution } from "./resolve-model";

/** The targets of one request, in the order they are tried. Neighbours with the same provider and model differ in their key. */
export type Plan = readonly Target[];

/** What a plan is made for. */
export type PlanRequest = {
  readonly model: string;
  readonly dialect: DialectName;
  /** True when the answer must come in the client's own dialect: nothing can be translated here. */
  readonly sameDialectOnly: boolean;
  readonly allows: (ref: ModelRef) => boolean;
};

/** Orders the targets of a request. Pure: `random` returns numbers in [0, 1). Throws when no target is left. */
export function plan(request: PlanRequest, resolution: Resolution | undefined, random: () => number): Plan {
  if (resolution === undefined) {
    throw new GatewayError("model_not_found", `Cannot route the request: no model "${request.model}" is configured`, {
      param: "model",
    });
  }
  const refs = [...weightedOrder(resolution.targets, random).map(({ ref }) => ref), ...resolution.fallbacks];
  const allowed = refs.filter(request.allows);
  if (allowed.length === 0 && refs.length > 0) {
    throw new GatewayError(
      "model_not_allowed",
      `Cannot route the request: this key may not use any target of "${request.model}"`,
    );
  }
  const targets = allowed.flatMap((ref) => targetsOf(ref, request, random));
  if (targets.length === 0) {
    throw new GatewayError(
      "no_target_available",
      `Cannot route the request: no provider of "${request.model}" has a key and a dialect that fit it`,
    );
  }
  return targets;
}

/** A random order in which each element comes first with a probability proportional to its weight. */
export function weightedOrder<T extends { readonly weight: number }>(
  items: readonly T[],
  random: () => number,
): readonly T[] {
  if (items.length < 2) return items.filter((item) => item.weight > 0);
  // Efraimidis and Spirakis: keys u^(1/w), largest first.
  return items
    .filter((item) => item.weight > 0)
    .map((item) => ({ item, key: random() ** (1 / item.weight) }))
    .sort((a, b) => b.key - a.key)
    .map(({ item }) => item);
}

function targetsOf(ref: ModelRef, request: PlanRequest, random: () => number): readonly Target[] {
  const dialect = dialectFor(ref, request);
  if (dialect === undefined) return [];
  const keys =
    ref.provider.auth === "none" ? [noKey] : ref.provider.keys.filter((key) => covers(key.models, ref.model));
  return weightedOrder(keys, random).map((key) => ({ ...ref, dialect, key }));
}

/** Stands in where a provider takes no key, so that every target has one. */
const noKey: ProviderKey = { id: "none", name: "none", secret: "", weight: 1 };

/** The client's own dialect if the provider lists it for the model, else the first that serves the model. */
function dialectFor(ref: ModelRef, request: PlanRequest): ProviderDialect | undefined {
  const serving = ref.provider.dialects.filter((dialect) => covers(dialect.models, ref.model));
  const own = serving.find((dialect) => dialect.name === request.dialect);
  return own ?? (request.sameDialectOnly ? undefined : serving[0]);
}

function covers(patterns: readonly string[] | undefined, model: string): boolean {
  return patterns === undefined || patterns.some((pattern) => compileGlob(pattern)(model));
}
