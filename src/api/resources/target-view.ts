import * as z from "zod";
import { type HealthState, newHealth } from "#core/health";
import { formatDollars } from "#core/money";
import { explainHealth } from "#routing/explain-health";
import { healthSettings } from "#routing/health";
import { count, dollars, list, milliseconds, showTime, time } from "../view-fields";
import type { KnownTarget } from "./configured-targets";

const stateView = z.strictObject({
  state: z.enum(["healthy", "ejected", "held", "probing", "awaiting-probe"]),
  until: time.nullable().meta({ description: "When it may be asked again; null where it may." }),
  why: z.string(),
});

export const targetView = z
  .strictObject({
    id: z.string().meta({ description: "`provider/model#key`." }),
    provider: z.string(),
    model: z.string(),
    key: z.string().meta({ description: "Name of the provider key." }),
    configured: z.boolean().meta({ description: "Whether configuration still leads to it." }),
    ...stateView.shape,
    provider_key: stateView.meta({ description: "Of its provider key, for all models together." }),
    consecutive_errors: count,
    ejections: count,
    recent: z.strictObject({ requests: z.number(), errors: z.number(), error_ratio: z.number() }),
    retries_left: z.int(),
    latency_ms: milliseconds.nullable().meta({ description: "Until headers or the first token, smoothed." }),
    last_error_at: time.nullable(),
    last_error_status: z.int().nullable(),
    totals: z.strictObject({
      requests: count,
      errors: count,
      retries: count,
      input_tokens: count,
      output_tokens: count,
      cost_usd: dollars,
      cost: dollars.meta({ deprecated: true, description: "The former name of `cost_usd`." }),
    }),
    routes: list(
      z.union([
        z.strictObject({ alias: z.string(), as: z.literal("target"), weight: z.number() }),
        z.strictObject({ alias: z.string(), as: z.literal("fallback"), position: count }),
      ]),
    ).meta({ description: "Routes that lead to it; positions count from 1." }),
  })
  .meta({ id: "Target", description: "A model at a provider with one provider key, and how it behaves." });

/** One moment on both clocks: health is timed on the machine's, and shown in wall time. */
export type Moment = { readonly nowMs: number; readonly machineMs: number };

export function showTarget(
  { name, provider, model, key, configured, routes }: KnownTarget,
  rows: ReadonlyMap<string, HealthState>,
  moment: Moment,
): z.output<typeof targetView> {
  const state = rows.get(name) ?? newHealth;
  const numbers = explainHealth(state, moment.machineMs, healthSettings);
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
      cost_usd: formatDollars(state.costNanodollars),
      cost: formatDollars(state.costNanodollars),
    },
    routes,
  };
}

function showState(health: HealthState, moment: Moment) {
  const { state, reason, waitMs } = explainHealth(health, moment.machineMs, healthSettings);
  return { state, until: waitMs === undefined ? null : wallTime(moment, waitMs), why: reason };
}

function wallTime({ nowMs }: Moment, fromNowMs: number): string {
  return showTime(nowMs + fromNowMs);
}
