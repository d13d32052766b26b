import * as z from "zod";
import { noInput } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count } from "../view-fields";

const view = z
  .strictObject({
    running: count.meta({ description: "Requests that run now." }),
    queued: count.meta({ description: "Requests that wait for a place among them." }),
    held_usd: z.number().meta({ description: "US dollars that running requests hold of budgets." }),
    sheds: count.meta({ description: "Since the instance started: refused because too many were running or waiting." }),
  })
  .meta({ id: "RunningNow", description: "What goes on at this moment, all workers together." });

/** What the page shows every few seconds: four sums of what workers count anyhow. */
export function runningNowRoute({ families }: Pick<ApiServices, "families">): ApiRoute {
  return route({
    method: "GET",
    path: "/api/stats/now",
    summary: "What goes on at this moment: running and waiting requests",
    permission: "stats:view",
    input: noInput,
    response: ok(view),
    handle: async () => {
      const sums = new Map(
        families().map(({ name, samples }) => [name, samples.reduce((sum, { value }) => sum + value, 0)]),
      );
      return {
        running: sums.get("headgate_requests_in_flight") ?? 0,
        queued: sums.get("headgate_requests_queued") ?? 0,
        held_usd: sums.get("headgate_held_dollars") ?? 0,
        sheds: sums.get("headgate_overload_sheds_total") ?? 0,
      };
    },
  });
}
