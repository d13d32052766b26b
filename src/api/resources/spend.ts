import * as z from "zod";
import { parseTime } from "#config/schema-fields";
import type { Budget, LimitScope, TargetMatch } from "#core/limit";
import type { JsonObject } from "#lib/json";
import { allBudgets } from "#limits/all-limits";
import { type LimitStateParts, readLimitStates } from "#limits/limit-state";
import type { SnapshotContent } from "#snapshot/compile";
import type { Configuration } from "#snapshot/configuration";
import type { DimensionFilter } from "#store/log/log-filter";
import type { LogStore } from "#store/log/log-store";
import { moneyOf, sumOf } from "#store/log/rollup-cell";
import type { StatsAnswer } from "#store/log/stats-query";
import { invalidFields, parseInput } from "../parse-input";
import { type ApiRoute, json } from "../route";
import { parseScope, scopeField } from "../scope-query";

export type SpendParts = LimitStateParts & {
  readonly configuration: Pick<Configuration, "content">;
  readonly logs: Pick<LogStore, "stats">;
  readonly nowMs: () => number;
};

const time = z.string().refine((text) => parseTime(text) !== undefined, {
  message: "must be a date (2027-01-01) or a time in UTC or with an offset (2027-01-01T12:00:00Z)",
});

const spendQuery = z.strictObject({
  scope: scopeField,
  from: time.exactOptional().meta({ description: "Default: the beginning of this month, UTC." }),
  to: time.exactOptional().meta({ description: "Default: now." }),
});

export function spendRoutes(parts: SpendParts): readonly ApiRoute[] {
  const { configuration, nowMs } = parts;
  return [
    {
      method: "GET",
      path: "/api/spend",
      summary: "What a scope's requests used and cost in a time range, and its budgets now and in the period before",
      access: "admin",
      query: spendQuery,
      handle: async ({ query }) => {
        const { scope: asked, from, to } = parseInput(spendQuery, query, "query");
        const scope = parseScope(asked);
        const content = configuration.content();
        const fromMs = from === undefined ? startOfMonth(nowMs()) : (parseTime(from) ?? 0);
        const toMs = to === undefined ? nowMs() : (parseTime(to) ?? 0);
        if (toMs <= fromMs) throw invalidFields([{ path: ["to"], message: "must be after from" }], "query");
        const filters = filtersOf(scope, content);
        const { budgets } = (await readLimitStates(parts))(budgetsOf(scope, content));
        const range = filters === undefined ? {} : await totals(filters, fromMs, toMs, parts);
        return json({ scope: asked, ...range, budgets: [...budgets] });
      },
    },
  ];
}

/** From the roll-ups, which tell minutes apart, later hours and days: the range that was counted is told. */
async function totals(
  filters: readonly DimensionFilter[],
  fromMs: number,
  toMs: number,
  { logs, nowMs }: SpendParts,
): Promise<JsonObject> {
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
    from: new Date(answer.fromMs).toISOString(),
    to: new Date(answer.toMs).toISOString(),
    ...showFigures(answer.total),
  };
}

function showFigures({ sums }: StatsAnswer["total"]): JsonObject {
  const tokens = (names: readonly Parameters<typeof sumOf>[1][]) =>
    names.reduce((total, name) => total + sumOf(sums, name), 0);
  return {
    requests: sumOf(sums, "requests"),
    errors: sumOf(sums, "errors"),
    input_tokens: tokens(["input", "cacheRead", "cacheWrite", "cacheWrite1h", "inputAudio", "inputImage"]),
    output_tokens: tokens(["output", "reasoning", "outputAudio", "outputImage"]),
    cost_usd: dollars(moneyOf(sums, "cost")),
    unpriced_requests: sumOf(sums, "unpriced"),
  };
}

/** Sums over years may be more than a number holds exactly. */
function dollars(nanoDollars: bigint): string {
  const digits = nanoDollars.toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${digits.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Undefined where the roll-ups cannot tell the scope's requests from others: a limit with a pattern. */
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
