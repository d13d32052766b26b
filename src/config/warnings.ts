import type { ProviderDefinition } from "#providers/provider";
import { baseUrlsOfEndpoints } from "./base-url-warnings";
import type { LimitsConfig } from "./limit-schema";
import { isInMinutes } from "./period";
import type { Path } from "./problem";
import type { ConfigFile } from "./schema";

/** What is allowed but probably not meant, one line each. `where` says `file:line:column` of a path. */
export function configWarnings(
  config: ConfigFile,
  where: (path: Path) => string,
  definitions: ReadonlyMap<string, ProviderDefinition>,
): readonly string[] {
  return [
    ...periodsInMinutes(config, where),
    ...pointlessLimits(config, where),
    ...undeclaredScopes(config, where),
    ...providersWithoutKeys(config, where, definitions),
    ...routesToUnknownProviders(config, where),
    ...baseUrlsOfEndpoints(config, where),
  ];
}

const limitSections = ["customers", "teams", "limits", "virtual_keys"] as const;

type Entry = LimitsConfig & { readonly name: string; readonly model?: string };

/** Every entry of the file that may carry limits, with its path. */
function entriesWithLimits(config: ConfigFile): readonly { readonly path: Path; readonly entry: Entry }[] {
  return limitSections.flatMap((section) => {
    const entries: readonly Entry[] = config[section] ?? [];
    return entries.map((entry, index) => ({ path: [section, index], entry }));
  });
}

/** `1m` is a minute; a month is `1mo`. */
function periodsInMinutes(config: ConfigFile, where: (path: Path) => string): readonly string[] {
  return entriesWithLimits(config).flatMap(({ path, entry }) =>
    (entry.budgets ?? []).flatMap(({ period }, budget) => {
      if (!isInMinutes(period)) return [];
      const place = where([...path, "budgets", budget, "period"]);
      const count = Number.parseInt(period, 10);
      return [
        `${place}: period ${period} means ${count === 1 ? "a minute" : `${count} minutes`}; a month is ${count}mo`,
      ];
    }),
  );
}

/** Limits of zero, and those that hold for no target. */
function pointlessLimits(config: ConfigFile, where: (path: Path) => string): readonly string[] {
  return entriesWithLimits(config).flatMap(({ path, entry }) => [
    ...targetWarnings(entry, path, where),
    ...(entry.budgets ?? []).flatMap((budget, index) => {
      const at = [...path, "budgets", index];
      const { limit_usd: usd, limit_tokens: tokens, mode = "hard" } = budget;
      const amount = usd === undefined ? tokens : Number(usd);
      return [...zeroWarning(mode === "warn" ? undefined : amount, at, where), ...targetWarnings(budget, at, where)];
    }),
    ...(entry.rate_limits ?? []).flatMap((limit, index) => {
      const at = [...path, "rate_limits", index];
      const amount = limit.requests ?? limit.tokens ?? limit.concurrent;
      return [...zeroWarning(amount, at, where), ...targetWarnings(limit, at, where)];
    }),
  ]);
}

function zeroWarning(amount: number | undefined, path: Path, where: (path: Path) => string): readonly string[] {
  return amount === 0 ? [`${where(path)}: a limit of 0 admits nothing`] : [];
}

function targetWarnings(
  { model }: { readonly model?: string },
  path: Path,
  where: (path: Path) => string,
): readonly string[] {
  if (model === undefined || model.includes("/") || model.startsWith("*") || model.endsWith("*")) return [];
  return [`${where([...path, "model"])}: "${model}" matches no target: write provider/${model} or */${model}`];
}

/** Names of teams and customers that only label records, because nothing declares them here. */
function undeclaredScopes(config: ConfigFile, where: (path: Path) => string): readonly string[] {
  const named = (section: "teams" | "customers") => new Set((config[section] ?? []).map(({ name }) => name));
  const [teams, customers] = [named("teams"), named("customers")];
  const warn = (path: Path, field: "team" | "customer", name: string | undefined) => {
    if (name === undefined || (field === "team" ? teams : customers).has(name)) return [];
    return [`${where([...path, field])}: the file declares no ${field} "${name}": without one it is a label, no limit`];
  };
  return [
    ...(config.teams ?? []).flatMap(({ customer }, index) => warn(["teams", index], "customer", customer)),
    ...(config.virtual_keys ?? []).flatMap(({ team, customer }, index) => [
      ...warn(["virtual_keys", index], "team", team),
      ...warn(["virtual_keys", index], "customer", customer),
    ]),
  ];
}

function providersWithoutKeys(
  config: ConfigFile,
  where: (path: Path) => string,
  definitions: ReadonlyMap<string, ProviderDefinition>,
): readonly string[] {
  return Object.entries(config.providers ?? {}).flatMap(([id, { keys = [] }]) => {
    const blank = keys.flatMap(({ name, value }, index) =>
      value === "" ? [`${where(["providers", id, "keys", index])}: the key ${name} is blank and cannot be used`] : [],
    );
    if (keys.length > 0) return blank;
    if (definitions.get(id)?.environmentVariable === undefined) return [];
    return [`${where(["providers", id])}: provider ${id} has no keys and cannot be used`];
  });
}

/** Only the targets of routes are checked: the models of virtual keys are globs. */
function routesToUnknownProviders(config: ConfigFile, where: (path: Path) => string): readonly string[] {
  const providers = config.providers;
  if (providers === undefined) return [];
  const unknown = (model: string) =>
    model.includes("/") && !Object.hasOwn(providers, model.slice(0, model.indexOf("/")));
  return (config.routes ?? []).flatMap((route, index) => {
    const models: readonly (readonly [Path, string])[] = [
      ...route.targets.map(({ model }, place) => [["routes", index, "targets", place, "model"], model] as const),
      ...(route.fallbacks ?? []).map((model, place) => [["routes", index, "fallbacks", place], model] as const),
    ];
    return models.flatMap(([path, model]) =>
      unknown(model) ? [`${where(path)}: no provider of the file serves "${model}"`] : [],
    );
  });
}
