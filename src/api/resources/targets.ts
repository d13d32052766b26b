import type { ModelCatalog } from "#routing/resolve-model";
import { queryOf } from "../input";
import { pageFrom, pageQuery, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { knownTargets } from "./configured-targets";
import { type Moment, showTarget, targetView } from "./target-view";

type Services = Pick<ApiServices, "health" | "nowMs" | "machineMs"> & {
  readonly catalog: ModelCatalog;
  readonly configuration: Pick<ApiServices["configuration"], "content">;
};

export function targetRoutes({ configuration, catalog, health, nowMs, machineMs }: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/targets",
      summary: "List targets: how each behaves, whether it is used, until when not, and why",
      permission: "targets:view",
      input: queryOf(pageQuery),
      response: ok(pageView(targetView)),
      handle: async ({ query }) => {
        const rows = new Map(health().map(({ name, state }) => [name, state]));
        const targets = knownTargets(configuration.content(), catalog, [...rows.keys()]);
        const moment: Moment = { nowMs: nowMs(), machineMs: machineMs() };
        return pageFrom(
          targets,
          query,
          ({ name }) => name,
          (target) => showTarget(target, rows, moment),
        );
      },
    }),
  ];
}
