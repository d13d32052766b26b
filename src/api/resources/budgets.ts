import type { Budget } from "#core/limit";
import { allBudgets } from "#limits/all-limits";
import { readAllowances } from "#snapshot/allowances";
import { noInput, queryOf } from "../input";
import { pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import { type BudgetServices, findBudget } from "./find-budget";
import { isAsked, limitPage, limitQuery } from "./limit-query";
import { budgetView, type LimitServices, shareOfBudget, showBudget } from "./limit-view";
import { overrideRoutes } from "./overrides";
import { topUpRoutes } from "./top-ups";

export function budgetRoutes(services: BudgetServices): readonly ApiRoute[] {
  const { content } = services.configuration;
  return [
    route({
      method: "GET",
      path: "/api/budgets",
      summary: "List the budgets of all scopes with their state",
      permission: "budgets:view",
      input: queryOf(limitQuery),
      response: ok(pageView(budgetView)),
      handle: async ({ query }) => {
        const asked = [...allBudgets(content())].filter((budget) => isAsked(budget, query));
        const allowances = await readAllowances(services.store.allowances, services.nowMs());
        const show = (budget: Budget) => showBudget(budget, allowances, services);
        return limitPage(asked, query, show, shareOfBudget);
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
