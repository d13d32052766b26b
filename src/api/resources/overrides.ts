import * as z from "zod";
import type { AuditNote } from "#audit/audit-trail";
import { dollars, parseTime, timeText } from "#config/schema-fields";
import { ControlError } from "#core/control-error";
import type { Budget } from "#core/limit";
import { readAllowances } from "#snapshot/allowances";
import { bodyOf, noInput } from "../input";
import { invalidFields } from "../parse-input";
import { created, ok } from "../response";
import { type ApiRoute, route } from "../route";
import { amountOf, type BudgetServices, findBudget } from "./find-budget";
import { type BudgetView, budgetView, showLimit } from "./limit-view";

const overrideSchema = z.strictObject({
  limit_usd: dollars.exactOptional().meta({ description: "What holds in place of the budget's own limit." }),
  limit_tokens: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .meta({ description: "The same for a budget of tokens." }),
  until: timeText.meta({ description: "Date or time at which it ends by itself." }),
  reason: z.string().min(1).max(500).exactOptional().meta({ description: "For those who look at it later." }),
});

const path = "/api/budgets/{id}/overrides";

export function overrideRoutes(
  services: BudgetServices,
  show: (budget: Budget) => Promise<BudgetView>,
): readonly ApiRoute[] {
  const { store, configuration, nowMs } = services;
  return [
    route({
      method: "POST",
      path,
      summary: "Give a budget another limit until a time; replaces the override that holds now",
      permission: "budgets:edit",
      input: bodyOf(overrideSchema),
      response: created(budgetView),
      handle: async ({ params, body, origin }) =>
        show(await configuration.change(origin, () => putOverride(params.id, body, services))),
    }),
    route({
      method: "DELETE",
      path,
      summary: "End a budget's override now",
      permission: "budgets:edit",
      input: noInput,
      response: ok(budgetView),
      handle: async ({ params, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const budget = findBudget(params.id, configuration.content());
          if ((await readAllowances(store.allowances, nowMs())).override(budget.id) === undefined)
            throw new ControlError("not_found", "Cannot end the override: the budget has none");
          await store.allowances.deleteOverride(budget.id);
          return { result: budget, changed: { allowance: budget }, event: note("end_override", budget, {}) };
        });
        return show(changed);
      },
    }),
  ];
}

async function putOverride(
  id: string,
  { until, reason, limit_usd: usd, limit_tokens: tokens }: z.output<typeof overrideSchema>,
  { store, configuration, nowMs }: BudgetServices,
) {
  const budget = findBudget(id, configuration.content());
  const amount = amountOf(budget, { usd, tokens }, "limit");
  const untilMs = parseTime(until) ?? 0;
  if (untilMs <= nowMs()) throw invalidFields([{ path: ["until"], message: "must be in the future" }], "body");
  const override = { amount, untilMs, ...(reason !== undefined && { reason }), createdAtMs: nowMs() };
  await store.allowances.putOverride(budget.id, override);
  const event = note("override", budget, { ...showLimit(budget.unit, amount), until });
  return { result: budget, changed: { allowance: budget }, event };
}

function note(
  verb: "override" | "end_override",
  { id }: Budget,
  changes: NonNullable<AuditNote["changes"]>,
): AuditNote {
  return { action: `budget.${verb}`, resource: { type: "budget", id }, changes };
}
