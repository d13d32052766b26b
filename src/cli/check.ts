import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Catalog, createCatalog } from "#catalog/catalog";
import { checkConfigFile } from "#config/check";
import { type Declared, judgeReplacement, type Replacement, readDeclared } from "#config/declared";
import { readEnvironment } from "#config/environment";
import { OptionError } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { translateForeign } from "#config-check/foreign-file";
import { createPlanJudge } from "#config-check/plan-judge";
import { providerDefinitions } from "#providers/registry";
import { type CommandLine, refuseFurther } from "./parse";
import { packageRoot } from "./version";

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
  const { warning, refusal } = heldAgainst(resolve(file), line, result.declared, result.allowEmpty);
  if (refusal !== undefined) throw new Error(refusal);
  if (warning !== undefined) process.stdout.write(`warning: ${warning}\n`);
  process.stdout.write([...result.summary, ...result.warnings.map((warning) => `warning: ${warning}`), ""].join("\n"));
  return 0;
}

/** What the file would take the place of, where a data directory is named. */
function heldAgainst(file: string, { flags }: CommandLine, declared: Declared, allowEmpty: boolean): Replacement {
  const isNamed = flags["data-dir"] !== undefined || readEnvironment().HEADGATE_DATA_DIR !== undefined;
  const before = isNamed ? readDeclared(resolveDataDir(flags, packageRoot)) : undefined;
  return before === undefined ? {} : judgeReplacement(before, declared, { file, allowEmpty });
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
