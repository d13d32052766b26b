import { parseArgs } from "node:util";
import { type Flag, OptionError } from "#config/flag";
import { nearestWord } from "#lib/nearest-word";

export type CommandLine = {
  readonly words: readonly string[];
  readonly flags: { readonly [name: string]: string };
  readonly help: boolean;
  readonly version: boolean;
};

const alwaysSwitches = ["help", "version"];

/**
 * Splits the arguments into words and flags, `--flag value` or `--flag=value`. Throws OptionError for a flag that is
 * not among `known`, naming the nearest, and for one without its value. One that takes no value has "" when it is there.
 */
export function parseCommandLine(argv: readonly string[], known: readonly Flag[]): CommandLine {
  const ownSwitches = known.filter((flag) => flag.value === "").map((flag) => flag.name);
  const switches = [...alwaysSwitches, ...ownSwitches];
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      ...Object.fromEntries(known.map((flag) => [flag.name, { type: "string" as const }])),
      ...Object.fromEntries(ownSwitches.map((name) => [name, { type: "boolean" as const }])),
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
    strict: false,
    tokens: true,
  });
  const names = [...known.map((flag) => flag.name), ...alwaysSwitches];
  const words: string[] = [];
  const flags: { [name: string]: string } = {};
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    if (!names.includes(token.name))
      throw new OptionError(
        unknown(
          "flag",
          token.rawName,
          names.map((name) => `--${name}`),
        ),
      );
    seen.add(token.name);
    if (ownSwitches.includes(token.name)) flags[token.name] = "";
    if (switches.includes(token.name)) continue;
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
      throw new OptionError(`Cannot use ${token.rawName}: it needs a value`);
    }
    flags[token.name] = token.value;
  }
  return { words, flags, help: seen.has("help"), version: seen.has("version") };
}

export function unknown(kind: string, word: string, known: readonly string[]): string {
  if (word === "") return `Cannot go on without a ${kind}: one of ${known.join(", ")} is needed`;
  const nearest = nearestWord(word, known);
  const hint = nearest === undefined ? `see "headgate --help"` : `did you mean "${nearest}"?`;
  return `Unknown ${kind} "${word}": ${hint}`;
}

/** Throws for a word that the command would not look at. */
export function refuseFurther(words: readonly string[], most: number): void {
  const further = words[most];
  if (further === undefined) return;
  throw new OptionError(`Cannot use "${further}": nothing is expected there, see "headgate --help"`);
}
