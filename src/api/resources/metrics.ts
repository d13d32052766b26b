import type { MetricFamily } from "#metrics/metric-family";
import { noInput } from "../input";
import { text } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";

export function metricsRoutes({ families }: Pick<ApiServices, "families">): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/metrics",
      summary: "Metrics in Prometheus' text format; takes the admin token or settings.metrics_token",
      access: "metrics",
      permission: "metrics:view",
      input: noInput,
      response: text("text/plain; version=0.0.4; charset=utf-8"),
      handle: async () => formatMetrics(families()),
    }),
  ];
}

/** Prometheus' text exposition format, version 0.0.4. Families without samples are left out. */
export function formatMetrics(families: readonly MetricFamily[]): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${escapeText(help)}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => `${sample.name}${formatLabels(sample.labels)} ${formatValue(sample.value)}`),
    ]);
  return `${lines.join("\n")}\n`;
}

function formatLabels(labels: { readonly [name: string]: string }): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
