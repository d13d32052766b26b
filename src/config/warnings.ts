import type { ProviderDefinition } from "#providers/provider";
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
    ...unenforced(config, where),
    ...minutes(config, where),
    ...emptyProviders(config, where, definitions),
    ...strangers(config, where),
  ];
}

function limitPaths(config: ConfigFile): readonly Path[] {
  return (["teams", "virtual_keys"] as const).flatMap((section) =>
    (config[section] ?? []).flatMap((entry, index) => {
      const fields = (["budgets", "rate_limits"] as const).filter((field) => (entry[field] ?? []).length > 0);
      return fields.map((field) => [section, index, field]);
    }),
  );
}

function unenforced(config: ConfigFile, where: (path: Path) => string): readonly string[] {
  const [first, ...more] = limitPaths(config);
  if (first === undefined) return [];
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return [`${where(first)}: budgets and rate_limits are read but not enforced in this version${others}`];
}

function minutes(config: ConfigFile, where: (path: Path) => string): readonly string[] {
  return (["teams", "virtual_keys"] as const).flatMap((section) =>
    (config[section] ?? []).flatMap(({ budgets = [] }, index) =>
      budgets.flatMap(({ period }, budget) => {
        if (!isInMinutes(period)) return [];
        const place = where([section, index, "budgets", budget, "period"]);
        const count = Number.parseInt(period, 10);
        return [
          `${place}: period ${period} means ${count === 1 ? "a minute" : `${count} minutes`}; a month is ${count}mo`,
        ];
      }),
    ),
  );
}

function emptyProviders(
  config: ConfigFile,
  where: (path: Path) => string,
  definitions: ReadonlyMap<string, ProviderDefinition>,
): readonly string[] {
  return Object.entries(config.providers ?? {}).flatMap(([id, { keys = [] }]) => {
    if (keys.length > 0 || definitions.get(id)?.environmentVariable === undefined) return [];
    return [`${where(["providers", id])}: provider ${id} has no keys and cannot be used`];
  });
}

/** A key's models are globs, so only route targets can be held against the providers that the file declares. */
function strangers(config: ConfigFile, where: (path: Path) => string): readonly string[] {
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
