import { dialectNames } from "#dialects/registry";
import type { ProviderDefinition } from "#providers/provider";
import type { Problem } from "./problem";
import type { ProviderConfig } from "./provider-schema";

/** What stands against a provider that the schema alone cannot see: one of your own must say what it speaks and where. */
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
