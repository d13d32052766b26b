import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const testDirectory = import.meta.dir;
export const root = join(testDirectory, "..", "..");

export function deployFile(name: string): string {
  return readFileSync(join(root, "deploy", name), "utf8");
}

/** The queries of the board's panels and annotations, with Grafana's variables filled in. */
export function shownExpressions(): readonly string[] {
  const board: unknown = JSON.parse(deployFile("grafana/headgate.json"));
  const found: string[] = [];
  JSON.stringify(board, (name, value) => {
    if (name === "expr" && typeof value === "string") found.push(value);
    return value;
  });
  return found.map((expression) => expression.replaceAll("$__rate_interval", "5m").replaceAll("$instance", ".*"));
}

export type Alert = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
};

export function ruleExpressions(): readonly Alert[] {
  const { groups }: { readonly groups: readonly { readonly rules: readonly Alert[] }[] } = parse(
    deployFile("prometheus/headgate-rules.yml"),
  );
  return groups.flatMap(({ rules }) => rules);
}
