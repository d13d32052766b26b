import type { JudgePlan } from "#config/check";
import type { Environment } from "#config/environment";
import type { Path, Problem } from "#config/problem";
import type { ProviderDefinition } from "#providers/provider";
import type { ListingCatalog } from "#routing/list-models";
import { holdersIn } from "./budget-holders";
import { planOf } from "./configured-plan";
import { createPatternJudge, providerKeyDoubts } from "./pattern-doubts";
import { routeDoubts } from "./route-doubts";
import { secretDoubts } from "./secret-doubts";
import { settingsDoubts } from "./settings-doubts";

/** What a file is told of beyond its schema and its own words: what its settings, routes, patterns and secrets come to. */
export function createPlanJudge(
  definitions: ReadonlyMap<string, ProviderDefinition>,
  catalog: ListingCatalog,
  environment: Environment,
): JudgePlan {
  return (entries) => {
    const plan = planOf(entries, definitions, catalog);
    const holders = holdersIn(entries);
    const { ofKey, ofLimits } = createPatternJudge(plan);
    return [
      ...settingsDoubts(entries.settings, environment),
      ...entries.routes.flatMap((route, index) => at(["routes", index], routeDoubts(route, plan, holders))),
      ...providerKeyDoubts(entries, plan),
      ...entries.virtualKeys.flatMap(({ spec }, index) =>
        at(["virtual_keys", index], [...ofKey(spec), ...ofLimits(spec)]),
      ),
      ...(["customers", "teams", "limits"] as const).flatMap((section) =>
        entries[section].flatMap((entry, index) => at([section, index], ofLimits(entry))),
      ),
      ...secretDoubts(entries),
    ];
  };
}

function at(place: Path, found: readonly Problem[]): readonly Problem[] {
  return found.map(({ path, message }) => ({ path: [...place, ...path], message }));
}
