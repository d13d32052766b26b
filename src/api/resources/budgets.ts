import * as z from "zod";
import type { AuditNote } from "#audit/audit-trail";
import { dollars, parseTime } from "#config/schema-fields";
import { ControlError } from "#core/control-error";
import type { Budget } from "#core/limit";
import { formatDollars } from "#core/money";
import { scaleDecimal } from "#lib/decimal";
import type { JsonObject } from "#lib/json";
import { allBudgets } from "#limits/all-limits";
import { readBudgetUse } from "#limits/budget-use";
import { type LimitStateParts, showAmount, showBudget } from "#limits/limit-state";
import { readAllowances } from "#snapshot/allowances";
import type { SnapshotContent } from "#snapshot/compile";
import type { Configuration } from "#snapshot/configuration";
import type { ConfigStore } from "#store/config/config-store";
import type { StoredTopUp } from "#store/config/stored-limit";
import { listAnswer, pageFields, pageOf, pageQuery } from "../paging";
import { invalidFields, parseInput } from "../parse-input";
import { type ApiRoute, json } from "../route";

export type BudgetParts = LimitStateParts & {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

const listQuery = z.strictObject({
  ...pageFields,
  scope: z
    .enum(["key", "team", "customer", "limit"])
    .exactOptional()
    .meta({ description: "Only of this kind of scope." }),
  name: z.string().min(1).max(200).exactOptional().meta({ description: "Only of scopes with this name." }),
});

const tokens = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const overrideSchema = z.strictObject({
  limit_usd: dollars.exactOptional().meta({ description: "What holds in place of the budget's own limit." }),
  limit_tokens: tokens.exactOptional().meta({ description: "The same for a budget of tokens." }),
  until: z
    .string()
    .refine((text) => parseTime(text) !== undefined, {
      message: "must be a date (2027-01-01) or a time in UTC or with an offset (2027-01-01T12:00:00Z)",
    })
    .meta({ description: "Date or time at which it ends by itself." }),
  reason: z.string().min(1).max(500).exactOptional().meta({ description: "For those who look at it later." }),
});

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

const path = "/api/budgets";

export function budgetRoutes(parts: BudgetParts): readonly ApiRoute[] {
  const { store, configuration, nowMs } = parts;
  const find = (id: string | undefined) => findBudget(id ?? "", configuration.content());
  const show = async (budget: Budget) => showBudget(budget, await readAllowances(store, nowMs()), parts);
  return [
    {
      method: "GET",
      path,
      summary: "List the budgets of all scopes with their state",
      access: "admin",
      query: listQuery,
      handle: async ({ query }) => {
        const wanted = parseInput(listQuery, query, "query");
        const budgets = [...allBudgets(configuration.content())].filter(
          ({ scope }) =>
            (wanted.scope === undefined || scope.kind === wanted.scope) &&
            (wanted.name === undefined || scope.name === wanted.name),
        );
        const { page, next } = pageOf(budgets, ({ id }) => id, wanted);
        const allowances = await readAllowances(store, nowMs());
        return listAnswer(
          page.map((budget) => showBudget(budget, allowances, parts)),
          next,
        );
      },
    },
    {
      method: "GET",
      path: `${path}/{id}`,
      summary: "Show a budget with its state; its id goes into the path percent-encoded",
      access: "admin",
      handle: async ({ params }) => json(await show(find(params.id))),
    },
    {
      method: "POST",
      path: `${path}/{id}/overrides`,
      summary: "Give a budget another limit until a time; replaces the override that holds now",
      access: "admin",
      body: overrideSchema,
      handle: async ({ params, body, origin }) => {
        const { until, reason, ...amounts } = parseInput(overrideSchema, body, "body");
        const changed = await configuration.change(origin, async () => {
          const budget = find(params.id);
          const amount = amountOf(budget, { usd: amounts.limit_usd, tokens: amounts.limit_tokens }, "limit");
          const untilMs = parseTime(until) ?? 0;
          if (untilMs <= nowMs()) throw invalidFields([{ path: ["until"], message: "must be in the future" }], "body");
          const override = { amount, untilMs, ...(reason === undefined ? {} : { reason }), createdAtMs: nowMs() };
          await store.allowances.putOverride(budget.id, override);
          const event = note("override", budget, { ...showAmount(budget, "limit", amount), until });
          return { result: budget, changed: { allowance: budget }, event };
        });
        return json(await show(changed), 201);
      },
    },
    {
      method: "DELETE",
      path: `${path}/{id}/overrides`,
      summary: "End a budget's override now",
      access: "admin",
      handle: async ({ params, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const budget = find(params.id);
          if ((await readAllowances(store, nowMs())).override(budget.id) === undefined)
            throw new ControlError("not_found", "Cannot end the override: the budget has none");
          await store.allowances.deleteOverride(budget.id);
          return { result: budget, changed: { allowance: budget }, event: note("end_override", budget, {}) };
        });
        return json(await show(changed));
      },
    },
    {
      method: "GET",
      path: `${path}/{id}/top-ups`,
      summary: "List the top-ups of a prepaid budget, oldest first",
      access: "admin",
      query: pageQuery,
      handle: async ({ params, query }) => {
        const budget = find(params.id);
        const topUps = await store.allowances.topUps(budget.id);
        const { page, next } = pageOf(topUps, ({ id }) => id, parseInput(pageQuery, query, "query"));
        return listAnswer(
          page.map((topUp) => showTopUp(budget, topUp)),
          next,
        );
      },
    },
    {
      method: "POST",
      path: `${path}/{id}/top-ups`,
      summary: "Add to what a prepaid budget may spend",
      access: "admin",
      body: topUpSchema,
      handle: async ({ params, body, origin }) => {
        const { note: text, ...amounts } = parseInput(topUpSchema, body, "body");
        return configuration.create(origin, async () => {
          const budget = find(params.id);
          const amount = amountOf(budget, { usd: amounts.amount_usd, tokens: amounts.amount_tokens }, "amount");
          await refuseTopUp(budget, amount, parts);
          const topUp = {
            id: parts.newId(),
            amount,
            ...(text === undefined ? {} : { note: text }),
            createdAtMs: nowMs(),
          };
          await store.allowances.addTopUp(budget.id, topUp);
          const event = note("top_up", budget, showAmount(budget, "amount", amount));
          return { result: json(showTopUp(budget, topUp), 201), changed: { allowance: budget }, event };
        });
      },
    },
  ];
}

function findBudget(id: string, content: SnapshotContent): Budget {
  for (const budget of allBudgets(content)) if (budget.id === id) return budget;
  throw new ControlError("not_found", `Cannot find the budget: there is none with the id "${id}"`);
}

/** Nano-dollars or tokens, whichever the budget is in; exactly that must be given. */
function amountOf(
  { unit }: Budget,
  { usd, tokens: count }: { readonly usd: string | undefined; readonly tokens: number | undefined },
  word: "limit" | "amount",
): number {
  const amount = unit === "nanodollars" ? (usd === undefined ? undefined : scaleDecimal(usd, 9)) : count;
  const stray = unit === "nanodollars" ? count : usd;
  if (amount !== undefined && stray === undefined) return amount;
  const field = unit === "nanodollars" ? `${word}_usd` : `${word}_tokens`;
  throw invalidFields(
    [{ path: [field], message: "is needed for this budget, and nothing else that says how much" }],
    "body",
  );
}

async function refuseTopUp(budget: Budget, amount: number, { store, readSlot, nowMs }: BudgetParts): Promise<void> {
  if (budget.period.kind !== "none") {
    throw new ControlError(
      "conflict",
      "Cannot top the budget up: it starts anew each period; period: none makes a prepaid one",
    );
  }
  const allowances = await readAllowances(store, nowMs());
  const { spent, held } = readBudgetUse(budget, readSlot, nowMs());
  const total = allowances.of(budget.id, budget.amount) + amount;
  if (total > Number.MAX_SAFE_INTEGER)
    throw new ControlError("conflict", "Cannot top the budget up: it would hold too much");
  if (amount >= 0 || total >= spent + held) return;
  const free = Math.max(0, allowances.of(budget.id, budget.amount) - spent - held);
  const shown = budget.unit === "nanodollars" ? `$${formatDollars(free)}` : `${free} tokens`;
  throw new ControlError("conflict", `Cannot take so much from the budget: ${shown} of it are neither spent nor held`);
}

function showTopUp(budget: Budget, { id, amount, note: text, createdAtMs }: StoredTopUp): JsonObject {
  return {
    id,
    ...showAmount(budget, "amount", amount),
    ...(text === undefined ? {} : { note: text }),
    created_at: new Date(createdAtMs).toISOString(),
  };
}

function note(verb: "override" | "end_override" | "top_up", { id }: Budget, changes: AuditNote["changes"]): AuditNote {
  return { action: `budget.${verb}`, resource: { type: "budget", id }, ...(changes === undefined ? {} : { changes }) };
}
