import type { ProviderDefinition } from "#providers/provider";
import { baseUrlsOfEndpoints } from "./base-url-warnings";
import type { LimitsConfig } from "./limit-schema";
import { limitWarnings } from "./limit-warnings";
import type { Path, Problem } from "./problem";
import type { ConfigFile } from "./schema";

/** What is allowed but probably not meant. */
export function configWarnings(
  config: ConfigFile,
  definitions: ReadonlyMap<string, ProviderDefinition>,
): readonly Problem[] {
  return [
    ...doubtfulLimits(config),
    ...undeclaredScopes(config),
    ...providersWithoutKeys(config, definitions),
    ...routesToUnknownProviders(config),
    ...baseUrlsOfEndpoints(config),
  ];
}

const limitSections = ["customers", "teams", "limits", "virtual_keys"] as const;

type Entry = LimitsConfig & { readonly model?: string };

/** Of every entry of the file that may carry limits. */
function doubtfulLimits(config: ConfigFile): readonly Problem[] {
  return limitSections.flatMap((section) => {
    const entries: readonly Entry[] = config[section] ?? [];
    return entries.flatMap((entry, index) =>
      limitWarnings(entry).map(({ path, message }) => ({ path: [section, index, ...path], message })),
    );
  });
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
