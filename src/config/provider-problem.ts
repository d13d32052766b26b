import { dialectNames } from "#dialects/registry";
import type { ProviderDefinition } from "#providers/provider";
import type { Problem } from "./problem";
import type { ProviderConfig } from "./provider-schema";

/** What is wrong with a provider that the schema alone cannot see: a custom one must say its dialect and its base URL. */
export function providerProblem(
  config: ProviderConfig,
  definition: ProviderDefinition | undefined,
): Problem | undefined {
  if (config.dialect !== undefined && config.dialects !== undefined) {
    return { path: ["dialects"], message: "stands beside dialect: keep one of them" };
  }
  if (definition !== undefined) return undefined;
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
