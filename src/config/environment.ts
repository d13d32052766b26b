import { filledBaseUrl, rootedBaseUrl } from "#providers/base-url";
import type { ProviderDefinition } from "#providers/provider";

/** The process environment as data. */
export type Environment = { readonly [name: string]: string | undefined };

/** The environment of this process: the control plane takes provider keys and its own secrets from it. */
export function readEnvironment(): Environment {
  return { ...process.env };
}

/** The flags that the environment sets: `--data-dir` is `HEADGATE_DATA_DIR`. An empty variable counts as absent. */
export function flagsFromEnvironment(environment: Environment, flags: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    flags.flatMap((flag) => {
      const value = environment[`HEADGATE_${flag.toUpperCase().replaceAll("-", "_")}`];
      return value === undefined || value === "" ? [] : [[flag, value] as const];
    }),
  );
}

export type FoundProvider = {
  readonly id: string;
  readonly variable: string;
  /** To that variable, as its key. */
  readonly reference: string;
  /** Where its address has to be put together from the environment. */
  readonly config: { readonly base_url?: string };
};

/** Providers whose usual environment variable is set, or another name of it, and what else they need to be called. */
export function providersInEnvironment(
  environment: Environment,
  definitions: Iterable<ProviderDefinition>,
): readonly FoundProvider[] {
  return [...definitions].flatMap((definition) => {
    const variable = variablesOf(definition).find((name) => isSet(environment, name));
    const baseUrl = filledBaseUrl(definition, (name) => environment[name]);
    if (variable === undefined || baseUrl === undefined) return [];
    const config = baseUrl === definition.baseUrl ? {} : { base_url: rootedBaseUrl(baseUrl, definition) };
    return [{ id: definition.id, variable, reference: `env:${variable}`, config }];
  });
}

/** What is configured of a provider, with its address where the environment gives it, and its path where it is a host alone. */
export function withBaseUrl<C extends { readonly base_url?: string }>(
  config: C,
  definition: ProviderDefinition | undefined,
  read: (name: string) => string | undefined,
): C {
  const baseUrl = config.base_url ?? (definition && filledBaseUrl(definition, read));
  if (definition === undefined || baseUrl === undefined || baseUrl === definition.baseUrl) return config;
  return { ...config, base_url: rootedBaseUrl(baseUrl, definition) };
}

/** The variables that hold a provider's key, the usual one first; none for local servers. */
export function variablesOf({ environmentVariable, otherVariables = [] }: ProviderDefinition): readonly string[] {
  return environmentVariable === undefined ? [] : [environmentVariable, ...otherVariables];
}

export function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? "").trim() !== "";
}
