import type { ModelRef } from "#core/target";
import type { GatewayAsk } from "#dialects/gateway-ask";
import type { Access } from "#governance/authorize";
import type { Resolution } from "#routing/resolve-model";
import { defaultStrategy } from "#routing/strategies/registry";

type Naming = Pick<Access, "allowsModel"> & { readonly resolve: (model: string) => Resolution | undefined };

/** Whether a request asks for other targets than its model alone leads to. */
export function changesTargets({ fallbacks, noFallbacks }: GatewayAsk): boolean {
  return fallbacks.length > 0 || noFallbacks === true;
}

/**
 * Where a request leads that names fallbacks of its own: behind those that are configured, each once. Names that the key may
 * not use, or that lead nowhere, are among what is dropped. Undefined where nothing is left.
 */
export function withFallbacks(
  resolution: Resolution | undefined,
  { dropped: already, fallbacks: asked, noFallbacks }: GatewayAsk,
  { allowsModel, resolve }: Naming,
): { readonly resolution: Resolution | undefined; readonly dropped: readonly string[] } {
  const { fallbacks: configured, ...rest } = resolution ?? nowhere;
  const fallbacks = noFallbacks === true ? [] : [...configured];
  const dropped = [...already];
  const isListed = (ref: ModelRef) =>
    [...rest.targets.map((target) => target.ref), ...fallbacks].some(
      ({ model, provider }) => model === ref.model && provider === ref.provider,
    );
  for (const { model, path } of asked) {
    const found = allowsModel(model) ? resolve(model) : undefined;
    if (found === undefined) dropped.push(path);
    for (const ref of found === undefined ? [] : refsOf(found)) if (!isListed(ref)) fallbacks.push(ref);
  }
  const isEmpty = resolution === undefined && fallbacks.length === 0;
  return { resolution: isEmpty ? undefined : { ...rest, fallbacks }, dropped };
}

const nowhere: Resolution = { strategy: defaultStrategy, targets: [], fallbacks: [] };

function refsOf({ targets, fallbacks }: Resolution): readonly ModelRef[] {
  return [...targets.flatMap(({ ref, weight }) => (weight > 0 ? [ref] : [])), ...fallbacks];
}
