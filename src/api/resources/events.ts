import * as z from "zod";
import type { BudgetEvent } from "#store/config/stored-limit";
import { queryOf } from "../input";
import { cutPage, defaultLimit, idCursor, pageFields, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import { parseScope, scopeField } from "../scope-query";
import type { ApiServices } from "../services";
import { showTime, time } from "../view-fields";
import { limitAmount, scopeFields, showLimit, showScope, showSpent, spentAmount } from "./limit-view";

const eventQuery = z.strictObject({
  limit: pageFields.limit,
  after: idCursor.exactOptional(),
  budget: z.string().min(1).exactOptional().meta({ description: "Only events of the budget with this id." }),
  scope: scopeField.exactOptional(),
});

const view = z
  .strictObject({
    id: z.string(),
    at: time,
    type: z.literal("budget_threshold"),
    budget: z.string().meta({ description: "Id of the budget." }),
    ...scopeFields,
    period_started_at: time.exactOptional(),
    period_ends_at: time.exactOptional(),
    threshold: z.number().meta({ description: "The share of the limit that was reached." }),
    ...spentAmount,
    ...limitAmount,
  })
  .meta({ id: "Event", description: "Something that happened to a budget." });

export function eventRoutes({ store }: Pick<ApiServices, "store">): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/events",
      summary: "List what happened to budgets, newest first: the thresholds that they reached",
      permission: "events:view",
      input: queryOf(eventQuery),
      response: ok(pageView(view)),
      handle: async ({ query: { limit = defaultLimit, after, budget, scope } }) => {
        const { kind, name } = scope === undefined ? {} : parseScope(scope);
        const events = await store.budgetEvents.list({
          limit: limit + 1,
          ...(after !== undefined && { before: after }),
          ...(budget !== undefined && { limitId: budget }),
          ...(kind !== undefined && { scopeKind: kind }),
          ...(name !== undefined && { scopeName: name }),
        });
        return cutPage(events, limit, ({ id }) => id, showEvent);
      },
    }),
  ];
}

function showEvent(event: BudgetEvent): z.output<typeof view> {
  const { unit, periodEndMs } = event;
  return {
    id: event.id,
    at: showTime(event.atMs),
    type: "budget_threshold",
    budget: event.limitId,
    ...showScope(event.scope),
    ...(periodEndMs !== undefined && {
      period_started_at: showTime(event.periodStartMs),
      period_ends_at: showTime(periodEndMs),
    }),
    threshold: event.threshold,
    ...showSpent(unit, event.spent),
    ...showLimit(unit, event.allowance),
  };
}
