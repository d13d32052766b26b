import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Line, Pace } from "./compare.ts";
import { type describeMachine, ownCheckout } from "./machine.ts";
import type { Memory } from "./memory.ts";
import { memoryTable, tableOf } from "./report.ts";

export type Results = {
  readonly pace: Pace;
  /** What each subject does beside passing bytes on. */
  readonly does: { readonly [subject: string]: string };
  readonly lines: readonly Line[];
  readonly memory: readonly Memory[];
  readonly machine: ReturnType<typeof describeMachine>;
};

/** Writes `<folder>/<name>.json` and the tables as `.md`; returns the tables. */
export function writeResults(folder: string, name: string, results: Results): string {
  const directory = join(ownCheckout, folder);
  mkdirSync(directory, { recursive: true });
  const text = markdownOf(name, results);
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(directory, `${name}.md`), text);
  return `${text}\nWritten to ${folder}/${name}.json and .md\n`;
}

function markdownOf(name: string, { pace, does, lines, memory, machine }: Results): string {
  const { cpu, cores, memoryGb, kernel, bun, nginx, wrk, load, commits } = machine;
  const versions = Object.entries(commits).map(([subject, commit]) => `${subject}: ${commit}`);
  return `# Run of ${name}

${cpu}, ${cores} cores, ${memoryGb} GB, Linux ${kernel}, load ${load.join(", ")} at the end; Bun ${bun}, ${nginx}, ${wrk}.
${versions.join("; ")}. ${pace.rounds} rounds of ${pace.seconds} s in turns; medians, in brackets least and most.

${lines.length === 0 ? "" : tableOf(lines)}
${memory.length === 0 ? "" : memoryTable(memory)}
${Object.entries(does)
  .map(([subject, what]) => `- ${subject}: ${what}`)
  .join("\n")}
`;
}
