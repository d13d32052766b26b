import type { ProviderDefinition } from "./provider";

/** `{NAME}`, or `{NAME=what stands there where NAME is not set}`: variables of the environment. */
const placeholder = /\{([A-Z][A-Z0-9_]*)(?:=([^}]*))?\}/g;

type Addresses = Pick<ProviderDefinition, "baseUrl" | "otherBaseUrls">;

/**
 * Where a provider is: the first of its base URLs whose variables are all set, with these in their places. Undefined where there
 * is none: then the configuration has to say it. `read` gives the value of a variable.
 */
export function filledBaseUrl(
  { baseUrl, otherBaseUrls = [] }: Addresses,
  read: (name: string) => string | undefined,
): string | undefined {
  for (const template of [baseUrl, ...otherBaseUrls]) {
    const filled = fill(template, read);
    if (filled !== undefined) return filled;
  }
  return undefined;
}

/** A base URL as it was configured, with the path that belongs to it where it is a host alone. */
export function rootedBaseUrl(baseUrl: string, { rootPath }: Pick<ProviderDefinition, "rootPath">): string {
  const isHost = rootPath !== undefined && URL.parse(baseUrl)?.pathname === "/";
  return isHost ? baseUrl.replace(/\/+$/, "") + rootPath : baseUrl;
}

/** The variables that its usual base URL needs; none where it is the same for everybody. */
export function baseUrlVariables({ baseUrl }: Addresses): readonly string[] {
  return [...baseUrl.matchAll(placeholder)].flatMap(([, name = "", usual]) => (usual === undefined ? name : []));
}

function fill(template: string, read: (name: string) => string | undefined): string | undefined {
  let isWhole = true;
  const filled = template.replace(placeholder, (_, name: string, usual: string | undefined) => {
    const value = (read(name) ?? "").trim().replace(/\/+$/, "") || usual;
    if (value === undefined) isWhole = false;
    return value ?? "";
  });
  // Databricks' own tools take `DATABRICKS_HOST` with and without the scheme.
  return isWhole ? filled.replace(/^https:\/\/(?=https?:\/\/)/, "") : undefined;
}
