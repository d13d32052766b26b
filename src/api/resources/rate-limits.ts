import { allRateLimits } from "#limits/all-limits";
import { queryOf } from "../input";
import { pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { isAsked, limitPage, limitQuery } from "./limit-query";
import { type LimitServices, rateLimitView, shareOfRateLimit, showRateLimit } from "./limit-view";

type Services = LimitServices & Pick<ApiServices, "configuration">;

export function rateLimitRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/rate-limits",
      summary: "List the rate limits of all scopes with their state",
      permission: "limits:view",
      input: queryOf(limitQuery),
      response: ok(pageView(rateLimitView)),
      handle: async ({ query }) => {
        const asked = [...allRateLimits(services.configuration.content())].filter((limit) => isAsked(limit, query));
        return limitPage(asked, query, (limit) => showRateLimit(limit, services), shareOfRateLimit);
      },
    }),
  ];
}
