import { dirname, resolve } from "node:path";
import type { ProviderDefinition } from "#providers/provider";
import { providerDefinitions } from "#providers/registry";
import { type Declared, declaredOf } from "./declared";
import { type Environment, readEnvironment } from "./environment";
import { type FileEntries, readFileEntries } from "./file-entries";
import type { BudgetConfig, RateLimitConfig } from "./limit-schema";
import { loadConfigFile } from "./load";
import type { Path, Problem } from "./problem";
import { createSecretResolver } from "./secrets";
import { configWarnings } from "./warnings";

export type ReadConfig =
  | { readonly ok: true; readonly entries: FileEntries; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Finds what entries come to that is allowed but probably not meant. */
export type JudgePlan = (entries: FileEntries) => readonly Problem[];

export type Checked =
  | {
      readonly ok: true;
      readonly summary: readonly string[];
      readonly warnings: readonly string[];
      readonly declared: Declared;
      readonly allowEmpty: boolean;
    }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Reads a configuration file as the control plane does: schema, references, providers. One line an error. */
export function readConfigFile(
  path: string,
  environment: Environment,
  definitions: ReadonlyMap<string, ProviderDefinition>,
  judge: JudgePlan = () => [],
): ReadConfig {
  const loaded = loadConfigFile(path);
  if (!loaded.ok) return loaded;
  const resolveSecret = createSecretResolver(environment, dirname(resolve(path)));
  const read = readFileEntries(loaded.config, loaded.where, resolveSecret, definitions);
  if (!read.ok) return read;
  const { entries } = read;
  const found = [...configWarnings(loaded.config, definitions), ...judge(entries)];
  return { ok: true, entries, warnings: linesOf(found, loaded.where) };
}

/** One line for all places of which the same is said. */
function linesOf(found: readonly Problem[], where: (path: Path) => string): readonly string[] {
  const said = Map.groupBy(found, ({ message }) => message);
  return [...said].map(([message, [first, ...further]]) => {
    const places = further.slice(0, 3).map(({ path }) => /\d+:\d+$/.exec(where(path))?.[0] ?? "");
    const more = further.length > places.length ? ` and ${count(further.length - places.length, "more place")}` : "";
    const also = further.length === 0 ? "" : ` (also ${places.join(", ")}${more})`;
    return `${where(first?.path ?? [])}: ${message}${also}`;
  });
}

/** Validates a configuration file and says what a start with it would do. */
export function checkConfigFile(
  path: string,
  environment: Environment = readEnvironment(),
  definitions: ReadonlyMap<string, ProviderDefinition> = providerDefinitions,
  judge?: JudgePlan,
): Checked {
  const read = readConfigFile(path, environment, definitions, judge);
  if (!read.ok) return read;
  const { entries, warnings } = read;
  const allowEmpty = entries.settings.allow_empty === true;
  return { ok: true, summary: summarise(entries), warnings, declared: declaredOf(entries), allowEmpty };
}

function summarise(entries: FileEntries): readonly string[] {
  const generated = entries.virtualKeys.filter((key) => key.secret === undefined).length;
  return [
    `providers: ${listed(entries.providers.map(({ id, keys }) => `${id} (${count(keys.length, "key")})`))}`,
    `routes: ${listed(entries.routes.map((route) => `${route.alias} → ${route.targets.map(({ model }) => model).join(", ")}`))}`,
    `limits: ${listed(limitLines(entries))}`,
    `virtual keys: ${listed(entries.virtualKeys.map((key) => key.spec.name))}${generated === 0 ? "" : `; ${generated} to be generated`}`,
    `settings: ${listed(Object.entries(entries.settings).map(([name, value]) => (name === "metrics_token" ? name : `${name} = ${JSON.stringify(value)}`)))}`,
  ];
}

/** One line each scope: `team search: $500 a 1mo`. */
function limitLines(entries: FileEntries): readonly string[] {
  return [
    ...entries.customers.map((customer) => ["customer", customer] as const),
    ...entries.teams.map((team) => ["team", team] as const),
    ...entries.limits.map((limit) => ["limit", limit] as const),
    ...entries.virtualKeys.map(({ spec }) => ["key", spec] as const),
  ].flatMap(([kind, { name, budgets = [], rate_limits: rateLimits = [] }]) => {
    const texts = [...budgets.map(budgetText), ...rateLimits.map(rateLimitText)];
    return texts.length === 0 ? [] : [`${kind} ${name} (${texts.join("; ")})`];
  });
}

function budgetText({
  limit_usd: usd,
  limit_tokens: tokens,
  period,
  mode = "hard",
  model,
  provider,
}: BudgetConfig): string {
  const amount = usd === undefined ? `${tokens} tokens` : `$${usd}`;
  const time = period === "none" ? "prepaid" : `per ${period}`;
  return [amount, time, ...(mode === "hard" ? [] : [mode]), ...targetText(model ?? provider)].join(" ");
}

function rateLimitText({ requests, tokens, concurrent, per, model, provider }: RateLimitConfig): string {
  const text =
    concurrent === undefined
      ? `${requests === undefined ? `${tokens} tokens` : `${requests} requests`} per ${per}`
      : `${concurrent} concurrent`;
  return [text, ...targetText(model ?? provider)].join(" ");
}

function targetText(target: string | undefined): readonly string[] {
  return target === undefined ? [] : [`of ${target}`];
}

function listed(entries: readonly string[]): string {
  const shown = 20;
  if (entries.length === 0) return "none";
  const more = entries.length > shown ? `, and ${entries.length - shown} more` : "";
  return entries.slice(0, shown).join(", ") + more;
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? "" : "s"}`;
}
