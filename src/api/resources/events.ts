import * as z from "zod";
import type { JsonObject } from "#lib/json";
import { showAmount, showScope } from "#limits/limit-state";
import type { ConfigStore } from "#store/config/config-store";
import type { BudgetEvent } from "#store/config/stored-limit";
import { defaultLimit, listAnswer, pageFields } from "../paging";
import { parseInput } from "../parse-input";
import type { ApiRoute } from "../route";
import { parseScope, scopeField } from "../scope-query";

const eventQuery = z.strictObject({
  ...pageFields,
  budget: z.string().min(1).exactOptional().meta({ description: "Only events of the budget with this id." }),
  scope: scopeField.exactOptional(),
});

export function eventRoutes({ store }: { readonly store: ConfigStore }): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path: "/api/events",
      summary: "List what happened to budgets, newest first: the thresholds that they reached",
      access: "admin",
      query: eventQuery,
      handle: async ({ query }) => {
        const { limit = defaultLimit, after, budget, scope } = parseInput(eventQuery, query, "query");
        const { kind, name } = scope === undefined ? {} : parseScope(scope);
        const events = await store.budgetEvents.list({
          limit: limit + 1,
          ...(after === undefined ? {} : { before: after }),
          ...(budget === undefined ? {} : { limitId: budget }),
          ...(kind === undefined ? {} : { scopeKind: kind }),
          ...(name === undefined ? {} : { scopeName: name }),
        });
        const page = events.slice(0, limit);
        return listAnswer(page.map(showEvent), events.length > limit ? page.at(-1)?.id : undefined);
      },
    },
  ];
}

function showEvent(event: BudgetEvent): JsonObject {
  return {
    id: event.id,
    at: new Date(event.atMs).toISOString(),
    type: "budget_threshold",
    budget: event.limitId,
    scope: showScope(event.scope),
    ...(event.periodEndMs === undefined
      ? {}
      : {
          period_started_at: new Date(event.periodStartMs).toISOString(),
          period_ends_at: new Date(event.periodEndMs).toISOString(),
        }),
    threshold: event.threshold,
    ...showAmount(event, "spent", event.spent),
    ...showAmount(event, "limit", event.allowance),
  };
}
