import * as z from "zod";
import type { Budget } from "#core/limit";
import { allBudgets } from "#limits/all-limits";
import { readAllowances } from "#snapshot/allowances";
import { noInput, queryOf } from "../input";
import { pageFields, pageFrom, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import { type BudgetServices, findBudget } from "./find-budget";
import { budgetView, type LimitServices, showBudget } from "./limit-view";
import { overrideRoutes } from "./overrides";
import { topUpRoutes } from "./top-ups";

const listQuery = z.strictObject({
  ...pageFields,
  scope: z
    .enum(["key", "team", "customer", "limit"])
    .exactOptional()
    .meta({ description: "Only of this kind of scope." }),
  name: z.string().min(1).max(200).exactOptional().meta({ description: "Only of scopes with this name." }),
});

export function budgetRoutes(services: BudgetServices): readonly ApiRoute[] {
  const { content } = services.configuration;
  return [
    route({
      method: "GET",
      path: "/api/budgets",
      summary: "List the budgets of all scopes with their state",
      permission: "budgets:view",
      input: queryOf(listQuery),
      response: ok(pageView(budgetView)),
      handle: async ({ query: { scope: kind, name, ...page } }) => {
        const isWanted = ({ scope }: Budget) =>
          (kind === undefined || scope.kind === kind) && (name === undefined || scope.name === name);
        const allowances = await readAllowances(services.store.allowances, services.nowMs());
        const show = (budget: Budget) => showBudget(budget, allowances, services);
        return pageFrom([...allBudgets(content())].filter(isWanted), page, ({ id }) => id, show);
      },
    }),
    route({
      method: "GET",
      path: "/api/budgets/{id}",
      summary: "Show a budget with its state; its id goes into the path percent-encoded",
      permission: "budgets:view",
      input: noInput,
      response: ok(budgetView),
      handle: ({ params }) => showBudgetNow(findBudget(params.id, content()), services),
    }),
    ...overrideRoutes(services, (budget) => showBudgetNow(budget, services)),
    ...topUpRoutes(services),
  ];
}

async function showBudgetNow(budget: Budget, services: LimitServices) {
  return showBudget(budget, await readAllowances(services.store.allowances, services.nowMs()), services);
}
