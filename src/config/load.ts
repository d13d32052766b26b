import { readFileSync, statSync } from "node:fs";
import { messageOf } from "#lib/message-of";
import { foreignKeyHint } from "./foreign-keys";
import { describeProblem, type Path, type Problem, problemsOf } from "./problem";
import { type ConfigFile, configSchema } from "./schema";
import { type Position, parseYaml } from "./yaml-document";

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: ConfigFile /** `file:line:column` of a path. */;
      readonly where: (path: Path) => string;
    }
  | { readonly ok: false; readonly errors: readonly string[] };

const maxFileBytes = 64 * 1024 * 1024;

/** Reads and validates a configuration file. Every error is one line: file, line, column, key, what is needed. */
export function loadConfigFile(path: string): LoadedConfig {
  const text = readConfig(path);
  return text.ok ? parseConfig(text.text, path) : { ok: false, errors: [text.error] };
}

/** Validates configuration text; `file` is the name that errors carry. */
export function parseConfig(text: string, file: string): LoadedConfig {
  const document = parseYaml(text);
  if (!document.ok) {
    return { ok: false, errors: document.problems.map((problem) => `${at(file, problem)}: ${problem.message}`) };
  }
  const where = (path: Path) => at(file, document.locate(path));
  const problems = validate(document.value);
  if ("config" in problems) return { ok: true, config: problems.config, where };
  return { ok: false, errors: problems.found.map((problem) => `${where(problem.path)}: ${describeProblem(problem)}`) };
}

function validate(value: unknown): { readonly config: ConfigFile } | { readonly found: readonly Problem[] } {
  const parsed = configSchema.safeParse(value);
  const found = parsed.success
    ? repeatedNames(parsed.data)
    : problemsOf(parsed.error, configSchema, value).map(withForeignHint);
  return parsed.success && found.length === 0 ? { config: parsed.data } : { found };
}

/** Files of other gateways are tried as they are. */
function withForeignHint(problem: Problem): Problem {
  const [key, ...deeper] = problem.path;
  if (typeof key !== "string" || deeper.length > 0 || !problem.message.startsWith("unknown key")) return problem;
  return { ...problem, message: foreignKeyHint(key) ?? problem.message };
}

function repeatedNames(config: ConfigFile): readonly Problem[] {
  return [
    ...repeated(config.routes ?? [], (route) => route.alias, ["routes"], "alias"),
    ...repeated(config.teams ?? [], (team) => team.name, ["teams"], "name"),
    ...repeated(config.customers ?? [], (customer) => customer.name, ["customers"], "name"),
    ...repeated(config.limits ?? [], (limit) => limit.name, ["limits"], "name"),
    ...repeated(config.virtual_keys ?? [], (key) => key.name, ["virtual_keys"], "name"),
    ...Object.entries(config.providers ?? {}).flatMap(([id, provider]) =>
      repeated(provider.keys ?? [], (key) => key.name, ["providers", id, "keys"], "name"),
    ),
  ];
}

function repeated<T>(
  entries: readonly T[],
  nameOf: (entry: T) => string,
  path: Path,
  field: string,
): readonly Problem[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const name = nameOf(entry);
    const again = seen.has(name);
    seen.add(name);
    return again ? [{ path: [...path, index, field], message: `"${name}" is already taken by an earlier entry` }] : [];
  });
}

function at(file: string, position: Position): string {
  return `${file}:${position.line}:${position.column}`;
}

function readConfig(
  path: string,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string } {
  try {
    const { size } = statSync(path);
    if (size > maxFileBytes) {
      return {
        ok: false,
        error: `Cannot read the configuration file ${path}: it has ${size} bytes, at most ${maxFileBytes} are allowed`,
      };
    }
    return { ok: true, text: readFileSync(path, "utf8").replace(/^\uFEFF/, "") };
  } catch (error) {
    return { ok: false, error: `Cannot read the configuration file ${path}: ${reason(error)}` };
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "permission denied";
  if (code === "EISDIR") return "it is a directory";
  return messageOf(error);
}
