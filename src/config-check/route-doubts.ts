import type { Problem } from "#config/problem";
import type { ModelRef } from "#core/target";
import { compileGlob } from "#lib/glob";
import { nearestWord } from "#lib/nearest-word";
import { hasKey } from "#routing/candidates";
import { resolveModel } from "#routing/resolve-model";
import { type ConfiguredPlan, knownModels } from "./configured-plan";

/**
 * The owners of the hard budgets in dollars that a request from an alias to a target, `provider/model`, has to hold.
 * Undefined where there is no such budget, empty where any owner may have one.
 */
export type Holders = (alias: string, target: string) => readonly string[] | undefined;

type Route = {
  readonly alias: string;
  readonly targets: readonly { readonly model: string; readonly weight?: number }[];
  readonly fallbacks?: readonly string[];
};

/** A model that a route names, and where. */
type Named = { readonly model: string; readonly path: Problem["path"]; readonly ref: ModelRef | undefined };

/** Targets and fallbacks that can never serve, or that change nothing. Paths begin at the route. */
export function routeDoubts(route: Route, plan: ConfiguredPlan, holders: Holders): readonly Problem[] {
  const named = namedBy(route, plan);
  const aliases = named.flatMap((each) => aliasDoubt(each, route.alias, plan));
  // Where no provider is known here, they are stored, or switched on by their variables.
  if (plan.content.providers.size === 0) return aliases;
  const isIdle = route.targets.every(({ weight }) => weight === 0);
  return [
    ...aliases,
    ...named.flatMap((each) => deadEnd(each, route.alias, plan)),
    ...repeats(named),
    ...(isIdle
      ? [{ path: ["targets"], message: `no target of ${route.alias} has a weight: its fallbacks serve all` }]
      : []),
    ...named.flatMap((each) => unknownOrUnpriced(each, plan, holders, route.alias)),
  ];
}

function namedBy({ fallbacks = [], targets }: Route, { catalog, content }: ConfiguredPlan): readonly Named[] {
  const bare = { ...content, routes: new Map() };
  const refOf = (model: string) => resolveModel(model, bare, catalog)?.targets[0]?.ref;
  return [
    ...targets.map(({ model }, place) => ({ model, path: ["targets", place, "model"], ref: refOf(model) })),
    ...fallbacks.map((model, place) => ({ model, path: ["fallbacks", place], ref: refOf(model) })),
  ];
}

function aliasDoubt({ model, path, ref }: Named, alias: string, { content }: ConfiguredPlan): readonly Problem[] {
  if (ref !== undefined) return [];
  const remedy = "routes lead to models alone: name one, provider/model";
  if (model === alias) return [{ path, message: `"${model}" is this route itself, and ${remedy}` }];
  return content.routes.has(model) ? [{ path, message: `"${model}" is an alias, and ${remedy}` }] : [];
}

function deadEnd({ model, path, ref }: Named, alias: string, { content, of }: ConfiguredPlan): readonly Problem[] {
  if (ref === undefined) {
    // Of a file a name with a provider is told of already (config/warnings.ts), an alias above.
    const isTold = model === alias || content.routes.has(model) || (of === "file" && model.includes("/"));
    return isTold ? [] : [{ path, message: `no provider of the ${of} serves "${model}"` }];
  }
  const { id, keys, unserved = [] } = ref.provider;
  if (unserved.some((pattern) => compileGlob(pattern)(ref.model)))
    return [{ path, message: `${id} serves "${ref.model}" in no way that is spoken here` }];
  if (hasKey(ref)) return [];
  if (keys.length > 0) return [{ path, message: `no key of the provider ${id} may be used for "${ref.model}"` }];
  // Of a file that is told of already.
  return of === "file" ? [] : [{ path, message: `the provider ${id} has no key that can be used` }];
}

function repeats(named: readonly Named[]): readonly Problem[] {
  const seen = new Set<string>();
  return named.flatMap(({ model, path, ref }) => {
    if (ref === undefined) return [];
    const name = `${ref.provider.id}/${ref.model}`;
    if (seen.has(name)) return [{ path, message: `"${model}" stands in this route already, and changes nothing here` }];
    seen.add(name);
    return [];
  });
}

/** What has no price is never asked under a hard budget in dollars. */
function unknownOrUnpriced(
  { model, path, ref }: Named,
  { catalog }: ConfiguredPlan,
  holders: Holders,
  alias: string,
): readonly Problem[] {
  if (ref === undefined || ref.facts?.prices !== undefined) return [];
  const known = ref.facts === undefined ? knownModels(ref.provider, catalog) : [];
  const nearest = nearestWord(ref.model, known);
  const hint = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
  const unknown = known.length === 0 ? "" : `${ref.provider.id} lists no model "${ref.model}"${hint}`;
  const held = holders(alias, `${ref.provider.id}/${ref.model}`);
  const unpriced = `"${model}" has no price, so hard dollar budgets never let it be asked`;
  const bound = held === undefined ? "" : unpriced + listed(held);
  const message = [unknown, bound].filter((text) => text !== "").join("; ");
  return message === "" ? [] : [{ path, message }];
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return ` (${names.slice(0, 3).join(", ")}${more})`;
}
