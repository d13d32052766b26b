import { commands } from "#cli/commands";
import { commandHelpText, helpText } from "#cli/help";
import { parseCommandLine, unknown } from "#cli/parse";
import { version } from "#cli/version";
import { OptionError } from "#config/flag";
import { startFlags } from "#config/start-flags";

/** Runs one command line. Resolves with the exit code: 0 done, 1 failed, 2 not understood. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    process.stderr.write(`headgate: ${describe(error)}\n`);
    // Whatever still runs must not keep a failed command alive.
    process.exit(error instanceof OptionError ? 2 : 1);
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const named = argv[0] !== undefined && !argv[0].startsWith("-");
  const name = named ? argv[0] : "start";
  if (name === "help") return print(helpText(commands, startFlags));
  if (name === "version") return print(`${version}\n`);
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const known = commands.filter((candidate) => candidate.hidden !== true).map((candidate) => candidate.name);
    throw new OptionError(unknown("command", `${name}`, known));
  }
  if (command.hidden !== true && command.name !== "start") endWithReader();
  const line = parseCommandLine(named ? argv.slice(1) : argv, command.flags);
  if (line.version) return print(`${version}\n`);
  if (line.help) return print(named ? commandHelpText(command) : helpText(commands, startFlags));
  return command.run(line);
}

/** Ends a command when the reader of its output has ended, such as `head`. A gateway goes on without its output. */
function endWithReader(): void {
  process.stdout.on("error", () => process.exit(0));
}

function print(text: string): number {
  endWithReader();
  process.stdout.write(text);
  return 0;
}

/** A failure that was foreseen is one line; a mistake of ours shows where it happened. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const ours = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return ours ? (error.stack ?? error.message) : error.message;
}

process.exitCode = await main(process.argv.slice(2));
