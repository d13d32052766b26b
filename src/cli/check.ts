import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Catalog, createCatalog } from "#catalog/catalog";
import { checkConfigFile } from "#config/check";
import { readEnvironment } from "#config/environment";
import { OptionError } from "#config/flag";
import { translateForeign } from "#config-check/foreign-file";
import { createPlanJudge } from "#config-check/plan-judge";
import { providerDefinitions } from "#providers/registry";
import { type CommandLine, refuseFurther } from "./parse";

/** Validates a configuration file and says what it would do. */
export async function check(line: CommandLine): Promise<number> {
  const [file] = line.words;
  refuseFurther(line.words, 1);
  if (file === undefined) throw new OptionError("Cannot check: the configuration file is needed, headgate check FILE");
  const catalog = createCatalog();
  const environment = readEnvironment();
  const judge = createPlanJudge(providerDefinitions, catalog, environment);
  const result = checkConfigFile(resolve(file), environment, providerDefinitions, judge);
  if (!result.ok) {
    process.stderr.write(`${result.errors.join("\n")}\n`);
    showTranslated(resolve(file), catalog);
    return 1;
  }
  process.stdout.write([...result.summary, ...result.warnings.map((warning) => `warning: ${warning}`), ""].join("\n"));
  return 0;
}

/** Another gateway's file, as far as it can be written for this one. */
function showTranslated(file: string, catalog: Catalog): void {
  const translated = existsSync(file)
    ? translateForeign(readFileSync(file, "utf8"), providerDefinitions, catalog)
    : undefined;
  if (translated === undefined) return;
  const { left, of, yaml } = translated;
  process.stderr.write(`\nThis is a file of ${of}. Written for Headgate:\n`);
  process.stdout.write(yaml);
  if (left.length > 0) process.stderr.write(`\nNot written, for it has no place there: ${left.join(", ")}\n`);
}
