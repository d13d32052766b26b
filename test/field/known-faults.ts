import { readFileSync, writeFileSync } from "node:fs";
import type { Outcome } from "./send-shapes.ts";

/** Requests of real clients that a provider still refuses behind the gateway. The list may only shrink. */
export type KnownFault = {
  readonly vendor: string;
  readonly rule: string;
  /** How many requests, over all clients and models. */
  readonly atMost: number;
  readonly why: string;
};

const file = new URL("./data/known-faults.json", import.meta.url);

export function readKnownFaults(): readonly KnownFault[] {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Lowers what was found to be fewer and takes out what was mended; adds nothing. */
export function shrinkKnownFaults(outcomes: readonly Outcome[]): void {
  const shrunk = readKnownFaults()
    .map((fault) => ({ ...fault, atMost: Math.min(fault.atMost, problemsOf(outcomes, fault).length) }))
    .filter(({ atMost }) => atMost > 0);
  writeFileSync(file, `[\n${shrunk.map((fault) => `  ${JSON.stringify(fault)}`).join(",\n")}\n]\n`);
}

/** What a vendor objected to by one of its rules, a line each. */
export function problemsOf(
  outcomes: readonly Outcome[],
  { vendor, rule }: { readonly vendor: string; readonly rule: string },
): readonly string[] {
  return outcomes
    .filter((outcome) => outcome.vendor === vendor)
    .flatMap(({ model, problems, shape }) =>
      problems
        .filter((problem) => problem.startsWith(`${rule}: `))
        .map((problem) => `${vendor}/${model} of ${shape}: ${problem}`),
    );
}
