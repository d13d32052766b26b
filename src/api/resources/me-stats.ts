import * as z from "zod";
import { queryOf } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { ofKey } from "./me-logs";
import { findHolder } from "./own-key-view";
import { statsQuery, sumUp } from "./stats";
import { statsView } from "./stats-view";

type Services = Pick<ApiServices, "logs" | "store" | "configuration" | "nowMs">;

const { from, to, interval, time_zone, top, order, compare } = statsQuery.shape;

const ownStatsQuery = z.strictObject({
  ...{ from, to, interval, time_zone, top, order, compare },
  group_by: z.enum(["model", "asked_model", "endpoint", "outcome", "status", "error_code"]).exactOptional(),
});

export function ownStatsRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/me/stats",
      summary: "Sum up the use of a virtual key over time to its holder",
      access: "virtual-key",
      input: queryOf(ownStatsQuery),
      response: ok(statsView),
      handle: async ({ query, ...asked }) => {
        const { key } = await findHolder(asked, "usage", services);
        return sumUp(query, services, [ofKey(key.id)]);
      },
    }),
  ];
}
