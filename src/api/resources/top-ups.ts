import * as z from "zod";
import { ControlError } from "#core/control-error";
import type { Budget } from "#core/limit";
import { formatDollars } from "#core/money";
import { scaleDecimal } from "#lib/decimal";
import { readBudgetUse } from "#limits/budget-use";
import { readAllowances } from "#snapshot/allowances";
import type { StoredTopUp } from "#store/config/stored-limit";
import { bodyOf, queryOf } from "../input";
import { pageFrom, pageQuery, pageView } from "../paging";
import { created, ok } from "../response";
import { type ApiRoute, route } from "../route";
import { dollars, showTime, time } from "../view-fields";
import { amountOf, type BudgetServices, findBudget } from "./find-budget";

const topUpSchema = z.strictObject({
  amount_usd: z
    .union([z.number(), z.string()])
    .refine((amount) => scaleDecimal(String(amount), 9) !== undefined, {
      message: "must be an amount of US dollars with at most 9 decimals",
    })
    .transform(String)
    .exactOptional()
    .meta({ description: "US dollars to add; negative takes away, at most what is neither spent nor held." }),
  amount_tokens: z
    .int()
    .min(Number.MIN_SAFE_INTEGER)
    .max(Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .meta({ description: "The same for a budget of tokens." }),
  note: z.string().min(1).max(500).exactOptional().meta({ description: "For those who look at it later." }),
});

const topUpView = z
  .strictObject({
    id: z.string(),
    amount_usd: dollars.exactOptional(),
    amount_tokens: z.int().exactOptional(),
    note: z.string().exactOptional(),
    created_at: time,
  })
  .meta({ id: "TopUp", description: "What was added to a prepaid budget, or taken away where it is negative." });

const path = "/api/budgets/{id}/top-ups";

export function topUpRoutes(services: BudgetServices): readonly ApiRoute[] {
  const { store, configuration } = services;
  return [
    route({
      method: "GET",
      path,
      summary: "List the top-ups of a prepaid budget, oldest first",
      permission: "budgets:view",
      input: queryOf(pageQuery),
      response: ok(pageView(topUpView)),
      handle: async ({ params, query }) => {
        const budget = findBudget(params.id, configuration.content());
        const topUps = await store.allowances.topUps(budget.id);
        return pageFrom(
          topUps,
          query,
          ({ id }) => id,
          (topUp) => showTopUp(budget, topUp),
        );
      },
    }),
    route({
      method: "POST",
      path,
      summary: "Add to what a prepaid budget may spend",
      permission: "budgets:edit",
      input: bodyOf(topUpSchema),
      response: created(topUpView),
      handle: ({ params, body, origin, keep }) =>
        configuration.create(origin, () => addTopUp(params.id, body, services), keep),
    }),
  ];
}

async function addTopUp(
  id: string,
  { note, amount_usd: usd, amount_tokens: tokens }: z.output<typeof topUpSchema>,
  services: BudgetServices,
) {
  const budget = findBudget(id, services.configuration.content());
  const amount = amountOf(budget, { usd, tokens }, "amount");
  await refuseTopUp(budget, amount, services);
  const topUp = {
    id: services.newId(),
    amount,
    ...(note !== undefined && { note }),
    createdAtMs: services.nowMs(),
  };
  await services.store.allowances.addTopUp(budget.id, topUp);
  const resource = { type: "budget", id: budget.id };
  const event = { action: "budget.top_up", resource, changes: showAmount(budget, amount) };
  return { result: showTopUp(budget, topUp), changed: { allowance: budget }, event };
}

async function refuseTopUp(budget: Budget, amount: number, services: BudgetServices): Promise<void> {
  if (budget.period.kind !== "none")
    throw new ControlError(
      "conflict",
      "Cannot top the budget up: it starts anew each period; period: none makes a prepaid one",
    );
  const nowMs = services.nowMs();
  const allowance = (await readAllowances(services.store.allowances, nowMs)).of(budget.id, budget.amount).allowance;
  const { spent, held } = readBudgetUse(budget, services.readSlot, nowMs);
  if (allowance + amount > Number.MAX_SAFE_INTEGER)
    throw new ControlError("conflict", "Cannot top the budget up: it would hold too much");
  if (amount >= 0 || allowance + amount >= spent + held) return;
  const free = Math.max(0, allowance - spent - held);
  const shown = budget.unit === "nanodollars" ? `$${formatDollars(free)}` : `${free} tokens`;
  throw new ControlError("conflict", `Cannot take so much from the budget: ${shown} of it are neither spent nor held`);
}

function showAmount({ unit }: Budget, amount: number) {
  return unit === "nanodollars" ? { amount_usd: formatDollars(amount) } : { amount_tokens: amount };
}

function showTopUp(budget: Budget, { id, amount, note, createdAtMs }: StoredTopUp): z.output<typeof topUpView> {
  return {
    id,
    ...showAmount(budget, amount),
    ...(note !== undefined && { note }),
    created_at: showTime(createdAtMs),
  };
}
