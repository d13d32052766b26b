import * as z from "zod";
import { parseTime, timeText } from "#config/schema-fields";
import type { Budget, LimitScope, TargetMatch } from "#core/limit";
import type { SnapshotContent } from "#core/snapshot";
import { allBudgets } from "#limits/all-limits";
import type { DimensionFilter } from "#store/log/log-filter";
import { moneyOf, sumOf } from "#store/log/rollup-cell";
import type { StatsAnswer } from "#store/log/stats-query";
import { queryOf } from "../input";
import { invalidFields } from "../parse-input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import { parseScope, scopeField } from "../scope-query";
import type { ApiServices } from "../services";
import { count, dollars, list, showTime, time } from "../view-fields";
import { formatBigDollars } from "./big-dollars";
import { budgetView, type LimitServices, readLimitStates, scopeName } from "./limit-view";

export type SpendServices = LimitServices & {
  readonly configuration: Pick<ApiServices["configuration"], "content">;
  readonly logs: Pick<ApiServices["logs"], "stats">;
};

const spendQuery = z.strictObject({
  scope: scopeField,
  from: timeText.exactOptional().meta({ description: "Default: the beginning of this month, UTC." }),
  to: timeText.exactOptional().meta({ description: "Default: now." }),
});

const view = z
  .strictObject({
    scope: scopeName,
    from: time.exactOptional().meta({ description: "Rounded to the finest steps that are still kept." }),
    to: time.exactOptional(),
    requests: count.exactOptional(),
    errors: count.exactOptional(),
    input_tokens: count.exactOptional(),
    output_tokens: count.exactOptional(),
    cost_usd: dollars.exactOptional(),
    unpriced_requests: count.exactOptional(),
    budgets: list(budgetView),
  })
  .meta({
    id: "Spend",
    description:
      "Figures are absent where the roll-ups do not keep the scope's requests apart: a limit with a pattern.",
  });

type SpendView = z.output<typeof view>;

export function spendRoutes(services: SpendServices): readonly ApiRoute[] {
  const { configuration, nowMs } = services;
  return [
    route({
      method: "GET",
      path: "/api/spend",
      summary: "What a scope's requests used and cost in a time range, and its budgets now and in the period before",
      permission: "spend:view",
      input: queryOf(spendQuery),
      response: ok(view),
      handle: async ({ query: { scope: asked, from, to } }) => {
        const scope = parseScope(asked);
        const content = configuration.content();
        const fromMs = from === undefined ? startOfMonth(nowMs()) : (parseTime(from) ?? 0);
        const toMs = to === undefined ? nowMs() : (parseTime(to) ?? 0);
        if (toMs <= fromMs) throw invalidFields([{ path: ["to"], message: "must be after from" }], "query");
        const filters = filtersOf(scope, content);
        const { budgets } = (await readLimitStates(services))(budgetsOf(scope, content));
        const range = filters === undefined ? {} : await totals(filters, fromMs, toMs, services);
        return { scope: asked, ...range, budgets };
      },
    }),
  ];
}

/** From the roll-ups, which are by the minute, later by the hour and day: the answer has the range that was counted. */
async function totals(
  filters: readonly DimensionFilter[],
  fromMs: number,
  toMs: number,
  { logs, nowMs }: SpendServices,
) {
  const answer = await logs.stats({
    fromMs,
    toMs,
    nowMs: nowMs(),
    interval: "none",
    timeZone: "UTC",
    filters,
    groupBy: [],
    top: 1,
    order: "cost",
    comparePrevious: false,
    percentiles: false,
  });
  return {
    from: showTime(answer.fromMs),
    to: showTime(answer.toMs),
    ...showFigures(answer.total),
  };
}

function showFigures(sums: StatsAnswer["total"]): Omit<SpendView, "scope" | "budgets"> {
  const tokens = (names: readonly Parameters<typeof sumOf>[1][]) =>
    names.reduce((total, name) => total + sumOf(sums, name), 0);
  return {
    requests: sumOf(sums, "requests"),
    errors: sumOf(sums, "errors"),
    input_tokens: tokens(["input", "cacheRead", "cacheWrite", "cacheWrite1h", "inputAudio", "inputImage"]),
    output_tokens: tokens(["output", "reasoning", "outputAudio", "outputImage"]),
    cost_usd: formatBigDollars(moneyOf(sums, "cost")),
    unpriced_requests: sumOf(sums, "unpriced"),
  };
}

/** Undefined where the roll-ups do not keep the scope's requests apart from others: a limit with a pattern. */
function filtersOf(scope: LimitScope, content: SnapshotContent): readonly DimensionFilter[] | undefined {
  const { kind, name } = scope;
  if (kind !== "limit") return [{ on: "principal", field: kind, anyOf: [name] }];
  const limit = content.limits.find((candidate) => candidate.scope.name === name);
  return limit === undefined ? undefined : filtersOfMatch(limit.match);
}

function filtersOfMatch({
  tags = {},
  model,
  provider,
  providerKey,
}: TargetMatch): readonly DimensionFilter[] | undefined {
  if ([model, provider, providerKey].some((pattern) => pattern?.includes("*"))) return undefined;
  const kinds = [
    ["model", model],
    ["provider", provider],
    ["provider_key", providerKey],
  ] as const;
  return [
    ...Object.entries(tags).map(
      ([tag, value]) => ({ on: "principal", field: "tag", anyOf: [`${tag}:${value}`] }) as const,
    ),
    ...kinds.flatMap(([field, value]) =>
      value === undefined ? [] : [{ on: "class", field, anyOf: [value] } as const],
    ),
  ];
}

function budgetsOf({ kind, name }: LimitScope, content: SnapshotContent): readonly Budget[] {
  return [...allBudgets(content)].filter(({ scope }) => scope.kind === kind && scope.name === name);
}

function startOfMonth(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
}
