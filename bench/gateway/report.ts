import type { Line } from "./compare.ts";
import type { Sample } from "./measure.ts";
import type { Megabytes, Memory } from "./memory.ts";
import { spreadOf } from "./statistics.ts";

/** The lines as a table of markdown: medians, and in brackets the least and the most of the rounds. */
export function tableOf(lines: readonly Line[]): string {
  const head = [
    "| what | who | CPU-µs | × floor | worker µs | a second | p50 ms | p99 ms | connections opened |",
    "|---|---|---|---|---|---|---|---|---|",
  ];
  return [...head, ...lines.map(lineOf)].join("\n");
}

function lineOf(line: Line): string {
  const { what, unit, subject, samples, ratios } = line;
  if (line.void !== undefined) return row([`${what}`, subject, `**void**: ${line.void}`, "", "", "", "", "", ""]);
  const workers = samples.flatMap(({ cpuUsByRole }) => cpuUsByRole.worker ?? []);
  const first = unit === "event" ? " (first)" : "";
  return row([
    `${what}`,
    subject,
    `${spread(valuesOf(samples, "cpuUs"), 1)} ${unit === "event" ? "an event" : ""}`.trim(),
    spread(ratios, 2),
    workers.length === 0 ? "" : spread(workers, 1),
    spread(valuesOf(samples, "perSecond"), 0),
    `${milliseconds(samples, "p50Us")}${first}`,
    `${milliseconds(samples, "p99Us")}${first}`,
    String(line.opened),
  ]);
}

function valuesOf(samples: readonly Sample[], field: "cpuUs" | "perSecond" | "p50Us" | "p99Us") {
  return samples.map((sample) => sample[field]);
}

function milliseconds(samples: readonly Sample[], field: "p50Us" | "p99Us"): string {
  return spread(
    valuesOf(samples, field).map((us) => us / 1000),
    2,
  );
}

function spread(values: readonly number[], digits: number): string {
  const { median, min, max } = spreadOf(values);
  const text = median.toFixed(digits);
  return values.length === 1 ? text : `${text} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

export function memoryTable(memory: readonly Memory[]): string {
  const cell = ({ all, roles }: Megabytes) => {
    const parts = Object.entries(roles).map(([role, mb]) => `${role} ${mb.toFixed(0)}`);
    return parts.length < 2 ? all.toFixed(0) : `${all.toFixed(0)} (${parts.join(", ")})`;
  };
  return `
| memory, MB (PSS) | idle | with 1,000 streams | under load | after |
|---|---|---|---|---|
${memory.map((one) => row([one.subject, cell(one.idle), cell(one.streaming), cell(one.loaded), cell(one.after)])).join("\n")}
`;
}
