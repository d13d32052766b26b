import type { HealthState } from "#core/health";
import { explainHealth } from "#routing/explain-health";
import { healthSettings } from "#routing/health";
import { parseHealthName } from "./health-name";
import type { MetricFamily } from "./metric-family";
import { fillFamily, type MetricHead } from "./metric-head";

type HealthRow = { readonly name: string; readonly state: HealthState };
type TargetColumn = MetricHead & { readonly value: (state: HealthState) => number };

/** Rows shown of targets, and as many of provider keys: those with the most requests. */
const maxRows = 500;

const labels = ["provider", "model", "key"];
const gauge = (name: string, help: string, value: TargetColumn["value"]): TargetColumn => ({
  name,
  help,
  type: "gauge",
  labels,
  value,
});
const counter = (name: string, help: string, value: TargetColumn["value"]): TargetColumn => ({
  name,
  help,
  type: "counter",
  labels,
  value,
});

const stateHead: MetricHead = {
  name: "headgate_target_state",
  help: "1 for the state that the target is in: healthy, held, ejected, awaiting-probe, probing",
  type: "gauge",
  labels: [...labels, "state"],
};
const keyStateHead: MetricHead = {
  name: "headgate_provider_key_state",
  help: "1 for the state that the provider key is in: healthy, held",
  type: "gauge",
  labels: ["provider", "key", "state"],
};
const tokensHead: MetricHead = {
  name: "headgate_target_tokens_total",
  help: "Tokens used at the target",
  type: "counter",
  labels: [...labels, "direction"],
};

const columns: readonly TargetColumn[] = [
  counter("headgate_target_requests_total", "Requests sent to the target", (state) => state.requests),
  counter("headgate_target_errors_total", "Requests that failed at the target", (state) => state.errors),
  counter("headgate_target_retries_total", "Retries sent to the target", (state) => state.retries),
  counter(
    "headgate_target_cost_dollars_total",
    "Cost of the target's answers, where the price is known",
    (state) => state.costNanodollars / 1_000_000_000,
  ),
  gauge(
    "headgate_target_consecutive_errors",
    "Failures since the target's last success",
    (state) => state.consecutiveErrors,
  ),
  gauge("headgate_target_ejections", "Ejections since the target last proved healthy", (state) => state.ejections),
  gauge("headgate_target_retry_budget", "Retries that may still be sent to the target", (state) => state.retryTokens),
  gauge(
    "headgate_target_latency_seconds",
    "Smoothed time to headers or to the first token",
    (state) => state.latencyMs / 1000,
  ),
];

/** For the page of metrics. @internal */
export const targetHeads: readonly MetricHead[] = [stateHead, ...columns, tokensHead, keyStateHead];

/** How targets and provider keys behave, as the ledger has it. */
export function targetFamilies(rows: readonly HealthRow[], machineMs: number): readonly MetricFamily[] {
  const busiest = [...rows]
    .sort((a, b) => b.state.requests - a.state.requests)
    .map(({ name, state }) => ({ ...parseHealthName(name), state }));
  const targets = busiest.flatMap(({ provider, model, key, state }) =>
    model === undefined ? [] : [{ labels: [provider, model, key], state }],
  );
  const shown = targets.slice(0, maxRows);
  const keys = busiest.filter(({ model }) => model === undefined).slice(0, maxRows);
  return [
    fillFamily(
      stateHead,
      shown.map((target) => [[...target.labels, explainHealth(target.state, machineMs, healthSettings).state], 1]),
    ),
    ...columns.map((column) =>
      fillFamily(
        column,
        shown.map((target) => [target.labels, column.value(target.state)]),
      ),
    ),
    fillFamily(
      tokensHead,
      shown.flatMap(
        (target) =>
          [
            [[...target.labels, "input"], target.state.inputTokens],
            [[...target.labels, "output"], target.state.outputTokens],
          ] as const,
      ),
    ),
    fillFamily(
      keyStateHead,
      keys.map(({ provider, key, state }) => [
        [provider, key, explainHealth(state, machineMs, healthSettings).state],
        1,
      ]),
    ),
  ];
}
