import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { casesOf } from "./case.ts";
import type { Scenario } from "./scenario.ts";

const file = fileURLToPath(new URL("../../docs/internals/scenarios.md", import.meta.url));

/** The page as it stands in the documentation; written anew when `HEADGATE_UPDATE_DOCS` is set. */
export function writtenPage(page: string): string {
  if (process.env.HEADGATE_UPDATE_DOCS === "1") writeFileSync(file, page);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

type Chapter = { readonly title: string; readonly scenarios: readonly Scenario[] };

export function renderPage(chapters: readonly Chapter[]): string {
  const all = chapters.flatMap(({ scenarios }) => scenarios);
  const cases = all.flatMap(casesOf).length;
  return [
    introduction(all.length, cases),
    ...chapters.map(({ title, scenarios }) => `\n## ${title}\n\n${table(scenarios)}`),
    "",
  ].join("\n");
}

function introduction(scenarios: number, cases: number): string {
  return `# Fault scenarios

<!-- Written by the tests in test/scenarios (HEADGATE_UPDATE_DOCS=1 writes it anew); they fail when it is not exact. -->

What clients get when providers fail. Each of these ${scenarios} scenarios is played against a running gateway and a provider in a
process of its own that can be told to fail, by clients of both dialects, with the failing target in the client's dialect
and in the other, whole and streamed where both make sense: ${cases} cases. The fallback speaks the dialect that the failing
target does not. Every case checks

- what the client got: status, error code, text, headers, and when;
- what each provider saw: how many requests, with how many provider keys, and that they were aborted where they must be;
- what was recorded and charged: outcome, every attempt with the class of its failure and what came next, tokens, whether
  they are estimated, and their cost to the nano-dollar;
- that no provider key and no page of a provider reached the client.

The rows are data: \`test/scenarios/rows-*.ts\`. Health, load and the default timers are proved beside them, in
\`test/scenarios/load.test.ts\`, \`overload.test.ts\` and \`default-timers.test.ts\`.`;
}

function table(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map((scenario) => [
    `\`${scenario.id}\``,
    scenario.fault,
    scenario.expected,
    formsOf(scenario),
    String(casesOf(scenario).length),
  ]);
  return [["scenario", "what goes wrong", "what comes of it", "form", "cases"], Array(5).fill("---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function formsOf({ forms }: Scenario): string {
  return forms === undefined ? "both" : forms.join(", ");
}
