import type { ProviderDefinition } from "#providers/provider";
import { type JudgePlan, readConfigFile } from "./check";
import type { Environment } from "./environment";
import { type FileEntries, noEntries } from "./file-entries";

/**
 * What the configuration file declares; nothing without one. Every doubt goes to `warn`, those of `judge` too. Throws one
 * line: the first error and how many more there are.
 */
export function readEntries(
  configFile: string | undefined,
  environment: Environment,
  definitions: ReadonlyMap<string, ProviderDefinition>,
  judge: JudgePlan,
  warn: (warning: string) => void,
): FileEntries {
  if (configFile === undefined) return noEntries;
  const read = readConfigFile(configFile, environment, definitions, judge);
  if (!read.ok) {
    const more = read.errors.length - 1;
    throw new Error(`${read.errors[0]}${more > 0 ? ` (and ${more} more, see headgate check ${configFile})` : ""}`);
  }
  for (const warning of read.warnings) warn(warning);
  return read.entries;
}
