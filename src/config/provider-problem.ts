import { dialectNames } from "#dialects/registry";
import { baseUrlVariables } from "#providers/base-url";
import type { ProviderDefinition } from "#providers/provider";
import type { Problem } from "./problem";
import type { ProviderConfig } from "./provider-schema";
import { clientReference } from "./secrets";

/** What is wrong with a provider that the schema alone cannot see: a custom one must say its dialect and its base URL. */
export function providerProblem(
  config: ProviderConfig,
  definition: ProviderDefinition | undefined,
): Problem | undefined {
  if (config.dialect !== undefined && config.dialects !== undefined) {
    return { path: ["dialects"], message: "stands beside dialect: keep one of them" };
  }
  if (definition !== undefined) return addressProblem(config, definition);
  if (config.dialect === undefined && config.dialects === undefined) {
    return {
      path: [],
      message: `is not a provider that Headgate knows: set dialect (${dialectNames.join(" or ")})`,
    };
  }
  if (config.base_url === undefined) {
    return { path: [], message: "is not a provider that Headgate knows: set base_url" };
  }
  return undefined;
}

/** An address that is another for everybody has to be said. */
function addressProblem({ base_url: baseUrl }: ProviderConfig, definition: ProviderDefinition): Problem | undefined {
  const variables = baseUrlVariables(definition);
  if (baseUrl !== undefined || variables.length === 0) return undefined;
  const template = definition.baseUrl.replace(/\{(\w+)=?[^}]*\}/g, "<$1>");
  return {
    path: [],
    message: `needs its own base_url, such as ${template}, or the variable ${variables.join(" and ")}`,
  };
}

/** What is wrong with the value of a provider's key, beyond where it leads: a client's credential goes to its provider alone. */
export function keyValueProblem(
  value: string | undefined,
  config: ProviderConfig,
  definition: ProviderDefinition | undefined,
): string | undefined {
  if (value !== clientReference || isAtHome(config, definition)) return undefined;
  return "must not be the client's own: its credential goes to the provider's built-in address alone, and this provider has another";
}

/** Whether a provider is one that Headgate knows, at the address that it knows. */
export function isAtHome(
  { base_url: baseUrl }: Pick<ProviderConfig, "base_url">,
  definition: ProviderDefinition | undefined,
): boolean {
  if (definition === undefined) return false;
  return baseUrl === undefined || URL.parse(baseUrl)?.origin === URL.parse(definition.baseUrl)?.origin;
}
