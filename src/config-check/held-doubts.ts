import { endpointAtEnd } from "#config/base-url-warnings";
import type { LimitsConfig } from "#config/limit-schema";
import { limitWarnings } from "#config/limit-warnings";
import { formatPath, type Problem } from "#config/problem";
import type { ProviderConfig } from "#config/provider-schema";
import type { RouteConfig } from "#config/schema";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { Snapshot } from "#core/snapshot";
import type { ListingCatalog } from "#routing/list-models";
import type { ConfiguredPlan } from "./configured-plan";
import { createPatternJudge } from "./pattern-doubts";
import { routeDoubts } from "./route-doubts";

type Held = Pick<Snapshot, "prices" | "providers" | "routes">;

/** What the limits of an entry as a whole hold for. */
type Match = { readonly model?: string; readonly provider?: string };

/** What an operator is told of an entry that is allowed but probably not meant, as `check` tells it of a file; one line each. */
export type HeldDoubts = {
  readonly ofProvider: (config: ProviderConfig) => readonly string[];
  readonly ofRoute: (route: RouteConfig) => readonly string[];
  readonly ofKey: (spec: VirtualKeySpec) => readonly string[];
  /** Of a team, a customer or a limit of the gateway. */
  readonly ofLimits: (limits: LimitsConfig & Match) => readonly string[];
  /** Of the routes that there are; without what concerns budgets alone. */
  readonly ofRoutes: () => readonly { readonly alias: string; readonly text: string }[];
};

/** `held`: what the gateway has now. */
export function createHeldDoubts(catalog: ListingCatalog, held: () => Held): HeldDoubts {
  const plan = () => ({ of: "gateway" as const, catalog, content: held() });
  return {
    ofProvider: ({ base_url: url }) => {
      const doubt = url === undefined ? undefined : endpointAtEnd(url);
      return doubt === undefined ? [] : [doubt];
    },
    ofRoute: (route) => routeDoubts(route, plan(), () => []).map(lineOf),
    ofKey: (spec) => {
      const { blocked, endpoints, models } = spec;
      const ofLimits = limitDoubts(spec, plan);
      if ([blocked, endpoints, models].every((field) => field === undefined)) return ofLimits;
      return [...createPatternJudge(plan()).ofKey(spec).map(lineOf), ...ofLimits];
    },
    ofLimits: (limits) => limitDoubts(limits, plan),
    ofRoutes: () => {
      const now = plan();
      return [...now.content.routes.values()].flatMap((route) =>
        routeDoubts(route, now, () => undefined).map(({ message }) => ({ alias: route.alias, text: message })),
      );
    },
  };
}

/** Patterns are looked at only where there are any, for that takes a list of all models. */
function limitDoubts(entry: LimitsConfig & Match, plan: () => ConfiguredPlan): readonly string[] {
  const { budgets = [], rate_limits: rateLimits = [] } = entry;
  const isMatching = [entry, ...budgets, ...rateLimits].some(
    ({ model, provider }: Match) => model !== undefined || provider !== undefined,
  );
  const ofPatterns = isMatching ? createPatternJudge(plan()).ofLimits(entry) : [];
  return [...limitWarnings(entry), ...ofPatterns].map(lineOf);
}

function lineOf({ path, message }: Problem): string {
  return `${formatPath(path)}: ${message}`;
}
