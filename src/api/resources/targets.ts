import { type HealthState, newHealth } from "#core/health";
import { formatDollars } from "#core/money";
import type { JsonObject } from "#lib/json";
import { explainHealth } from "#routing/explain-health";
import type { ModelCatalog } from "#routing/resolve-model";
import type { Configuration } from "#snapshot/configuration";
import { listAnswer, pageOf, pageQuery } from "../paging";
import { parseInput } from "../parse-input";
import type { ApiRoute } from "../route";
import { type KnownTarget, knownTargets, type RoutePlace } from "./configured-targets";

export type TargetParts = {
  readonly configuration: Pick<Configuration, "content">;
  readonly catalog: ModelCatalog;
  readonly health: () => readonly { readonly name: string; readonly state: HealthState }[];
  readonly nowMs: () => number;
  readonly machineMs: () => number;
};

export function targetRoutes(parts: TargetParts): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path: "/api/targets",
      summary: "List targets: how each behaves, whether it is used, until when not, and why",
      access: "admin",
      query: pageQuery,
      handle: async ({ query }) => {
        const asked = parseInput(pageQuery, query, "query");
        const rows = new Map(parts.health().map(({ name, state }) => [name, state]));
        const targets = knownTargets(parts.configuration.content(), parts.catalog, [...rows.keys()]);
        const { page, next } = pageOf(targets, ({ name }) => name, asked);
        const moment: Moment = { nowMs: parts.nowMs(), machineMs: parts.machineMs() };
        return listAnswer(
          page.map((target) => showTarget(target, rows, moment)),
          next,
        );
      },
    },
  ];
}

/** One moment on both clocks: health is timed on the machine's, people read the wall's. */
type Moment = { readonly nowMs: number; readonly machineMs: number };

function showTarget(
  { name, provider, model, key, configured, routes }: KnownTarget,
  rows: ReadonlyMap<string, HealthState>,
  moment: Moment,
): JsonObject {
  const state = rows.get(name) ?? newHealth;
  const numbers = explainHealth(state, moment.machineMs);
  return {
    id: name,
    provider,
    model,
    key,
    configured,
    ...showState(state, moment),
    provider_key: showState(rows.get(`${provider}#${key}`) ?? newHealth, moment),
    consecutive_errors: numbers.consecutiveErrors,
    ejections: numbers.ejections,
    recent: {
      requests: numbers.recentRequests,
      errors: numbers.recentErrors,
      error_ratio: Math.round(numbers.errorRatio * 1000) / 1000,
    },
    retries_left: numbers.retriesLeft,
    latency_ms: state.latencyMs === 0 ? null : Math.round(state.latencyMs),
    last_error_at: state.lastErrorAtMs === 0 ? null : wallTime(moment, state.lastErrorAtMs - moment.machineMs),
    last_error_status: state.lastStatus === 0 ? null : state.lastStatus,
    totals: {
      requests: state.requests,
      errors: state.errors,
      retries: state.retries,
      input_tokens: state.inputTokens,
      output_tokens: state.outputTokens,
      cost: formatDollars(state.costNanodollars),
    },
    routes: routes.map(showPlace),
  };
}

function showState(health: HealthState, moment: Moment): JsonObject {
  const { state, reason, waitMs } = explainHealth(health, moment.machineMs);
  return { state, until: waitMs === undefined ? null : wallTime(moment, waitMs), why: reason };
}

function wallTime({ nowMs }: Moment, fromNowMs: number): string {
  return new Date(nowMs + fromNowMs).toISOString();
}

function showPlace(place: RoutePlace): JsonObject {
  return place.as === "target"
    ? { alias: place.alias, as: place.as, weight: place.weight }
    : { alias: place.alias, as: place.as, position: place.position };
}
