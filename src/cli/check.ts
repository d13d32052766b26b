import { resolve } from "node:path";
import { checkConfigFile } from "#config/check";
import { readEnvironment } from "#config/environment";
import { OptionError } from "#config/flag";
import { providerDefinitions } from "#providers/registry";
import { type CommandLine, refuseFurther } from "./parse";

/** Validates a configuration file and says what it would do. */
export async function check(line: CommandLine): Promise<number> {
  const [file] = line.words;
  refuseFurther(line.words, 1);
  if (file === undefined) throw new OptionError("Cannot check: the configuration file is needed, headgate check FILE");
  const result = checkConfigFile(resolve(file), readEnvironment(), providerDefinitions);
  if (!result.ok) {
    process.stderr.write(`${result.errors.join("\n")}\n`);
    return 1;
  }
  process.stdout.write([...result.summary, ...result.warnings.map((warning) => `warning: ${warning}`), ""].join("\n"));
  return 0;
}
