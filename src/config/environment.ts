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

/** Providers whose usual environment variable is set, or another name of it, each with a reference to that variable as its key. */
export function providersInEnvironment(
  environment: Environment,
  definitions: Iterable<ProviderDefinition>,
): readonly { readonly id: string; readonly variable: string; readonly reference: string }[] {
  return [...definitions].flatMap((definition) => {
    const variable = variablesOf(definition).find((name) => isSet(environment, name));
    return variable === undefined ? [] : [{ id: definition.id, variable, reference: `env:${variable}` }];
  });
}

/** The variables that hold a provider's key, the usual one first; none for local servers. */
export function variablesOf({ environmentVariable, otherVariables = [] }: ProviderDefinition): readonly string[] {
  return environmentVariable === undefined ? [] : [environmentVariable, ...otherVariables];
}

export function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? "").trim() !== "";
}
