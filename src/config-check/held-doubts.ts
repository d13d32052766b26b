import { endpointAtEnd } from "#config/base-url-warnings";
import { formatPath, type Problem } from "#config/problem";
import type { ProviderConfig } from "#config/provider-schema";
import type { RouteConfig } from "#config/schema";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { Snapshot } from "#core/snapshot";
import type { ListingCatalog } from "#routing/list-models";
import { createPatternJudge } from "./pattern-doubts";
import { routeDoubts } from "./route-doubts";

type Held = Pick<Snapshot, "prices" | "providers" | "routes">;

/** What an operator is told of an entry that is allowed but probably not meant, as `check` tells it of a file; one line each. */
export type HeldDoubts = {
  readonly ofProvider: (config: ProviderConfig) => readonly string[];
  readonly ofRoute: (route: RouteConfig) => readonly string[];
  readonly ofKey: (spec: VirtualKeySpec) => readonly string[];
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
      if (spec.models === undefined && spec.blocked === undefined && spec.endpoints === undefined) return [];
      return createPatternJudge(plan()).ofKey(spec).map(lineOf);
    },
    ofRoutes: () => {
      const now = plan();
      return [...now.content.routes.values()].flatMap((route) =>
        routeDoubts(route, now, () => undefined).map(({ message }) => ({ alias: route.alias, text: message })),
      );
    },
  };
}

function lineOf({ path, message }: Problem): string {
  return `${formatPath(path)}: ${message}`;
}
