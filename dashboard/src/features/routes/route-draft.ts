import type { Route } from "#api/schema.gen";
import type { NewRoute } from "./put-route";

/** A line of the form; the key stays with it while others come and go. */
export type Line = { readonly key: number; readonly model: string; readonly weight: string };
export type RouteDraft = {
  readonly alias: string;
  readonly targets: readonly Line[];
  readonly fallbacks: readonly Line[];
};

export function draftOf(route: Route | undefined): RouteDraft {
  if (route === undefined) return { alias: "", targets: [{ key: 0, model: "", weight: "1" }], fallbacks: [] };
  return {
    alias: route.alias,
    targets: route.targets.map(({ model, weight }, key) => ({ key, model, weight: String(weight) })),
    fallbacks: route.fallbacks.map((model, key) => ({ key, model, weight: "" })),
  };
}

/** Empty lines are left out. */
export function bodyOf({ alias, targets, fallbacks }: RouteDraft): NewRoute {
  return {
    alias,
    targets: targets
      .filter(({ model }) => model.trim() !== "")
      .map(({ model, weight }) => ({ model: model.trim(), weight: weight.trim() === "" ? 1 : Number(weight) })),
    fallbacks: fallbacks.map(({ model }) => model.trim()).filter((model) => model !== ""),
  };
}

/** The same route as the list would show it, for the picture beside the form. */
export function shownOf(draft: RouteDraft): Pick<Route, "alias" | "targets" | "fallbacks"> {
  const { alias, targets, fallbacks = [] } = bodyOf(draft);
  const weighed = targets.map(({ model, weight = 1 }) => ({ model, weight: Number.isFinite(weight) ? weight : 0 }));
  return { alias: alias === "" ? "alias" : alias, targets: weighed, fallbacks };
}
