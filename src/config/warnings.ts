import type { ProviderDefinition } from "#providers/provider";
import { baseUrlsOfEndpoints } from "./base-url-warnings";
import type { LimitsConfig } from "./limit-schema";
import { isInMinutes } from "./period";
import type { Path, Problem } from "./problem";
import type { ConfigFile } from "./schema";

/** What is allowed but probably not meant. */
export function configWarnings(
  config: ConfigFile,
  definitions: ReadonlyMap<string, ProviderDefinition>,
): readonly Problem[] {
  return [
    ...periodsInMinutes(config),
    ...pointlessLimits(config),
    ...undeclaredScopes(config),
    ...providersWithoutKeys(config, definitions),
    ...routesToUnknownProviders(config),
    ...baseUrlsOfEndpoints(config),
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
function periodsInMinutes(config: ConfigFile): readonly Problem[] {
  return entriesWithLimits(config).flatMap(({ path, entry }) =>
    (entry.budgets ?? []).flatMap(({ period }, budget) => {
      if (!isInMinutes(period)) return [];
      const count = Number.parseInt(period, 10);
      const meaning = count === 1 ? "a minute" : `${count} minutes`;
      const message = `period ${period} means ${meaning}; a month is ${count}mo`;
      return [{ path: [...path, "budgets", budget, "period"], message }];
    }),
  );
}

/** Limits of zero, and those that hold for no target. */
function pointlessLimits(config: ConfigFile): readonly Problem[] {
  return entriesWithLimits(config).flatMap(({ path, entry }) => [
    ...targetWarnings(entry, path),
    ...(entry.budgets ?? []).flatMap((budget, index) => {
      const at = [...path, "budgets", index];
      const { limit_usd: usd, limit_tokens: tokens, mode = "hard" } = budget;
      const amount = usd === undefined ? tokens : Number(usd);
      return [...zeroWarning(mode === "warn" ? undefined : amount, at), ...targetWarnings(budget, at)];
    }),
    ...(entry.rate_limits ?? []).flatMap((limit, index) => {
      const at = [...path, "rate_limits", index];
      const amount = limit.requests ?? limit.tokens ?? limit.concurrent;
      return [...zeroWarning(amount, at), ...targetWarnings(limit, at)];
    }),
  ]);
}

function zeroWarning(amount: number | undefined, path: Path): readonly Problem[] {
  return amount === 0 ? [{ path, message: "a limit of 0 admits nothing" }] : [];
}

function targetWarnings({ model }: { readonly model?: string }, path: Path): readonly Problem[] {
  if (model === undefined || model.includes("/") || model.startsWith("*") || model.endsWith("*")) return [];
  return [{ path: [...path, "model"], message: `"${model}" matches no target: write provider/${model} or */${model}` }];
}

/** Names of teams and customers that only label records, because nothing declares them here. */
function undeclaredScopes(config: ConfigFile): readonly Problem[] {
  const named = (section: "teams" | "customers") => new Set((config[section] ?? []).map(({ name }) => name));
  const [teams, customers] = [named("teams"), named("customers")];
  const warn = (path: Path, field: "team" | "customer", name: string | undefined) => {
    if (name === undefined || (field === "team" ? teams : customers).has(name)) return [];
    const message = `the file declares no ${field} "${name}": without one it is a label, no limit`;
    return [{ path: [...path, field], message }];
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
  definitions: ReadonlyMap<string, ProviderDefinition>,
): readonly Problem[] {
  return Object.entries(config.providers ?? {}).flatMap(([id, { keys = [] }]) => {
    const blank = keys.flatMap(({ name, value }, index) =>
      value === ""
        ? [{ path: ["providers", id, "keys", index], message: `the key ${name} is blank and cannot be used` }]
        : [],
    );
    if (keys.length > 0) return blank;
    if (definitions.get(id)?.environmentVariable === undefined) return [];
    return [{ path: ["providers", id], message: `provider ${id} has no keys and cannot be used` }];
  });
}

/** Only the targets of routes are checked: the models of virtual keys are globs. */
function routesToUnknownProviders(config: ConfigFile): readonly Problem[] {
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
      unknown(model) ? [{ path, message: `no provider of the file serves "${model}"` }] : [],
    );
  });
}
