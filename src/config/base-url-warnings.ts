import { dialects } from "#dialects/registry";
import type { Problem } from "./problem";
import type { ConfigFile } from "./schema";

/** Base URLs that end in an endpoint's path, which is added to them: every call would be a 404. */
export function baseUrlsOfEndpoints(config: ConfigFile): readonly Problem[] {
  return Object.entries(config.providers ?? {}).flatMap(([id, { base_url: url }]) => {
    const message = url === undefined ? undefined : endpointAtEnd(url);
    return message === undefined ? [] : [{ path: ["providers", id, "base_url"], message }];
  });
}

/** What is said of a base URL that ends in an endpoint's path; undefined for any other. */
export function endpointAtEnd(url: string): string | undefined {
  const bare = url.replace(/[?#].*$/s, "").replace(/\/+$/, "");
  const path = endpointPaths.find((each) => bare.toLowerCase().endsWith(each)) ?? listOfModels.exec(bare)?.[1];
  if (path === undefined) return undefined;
  return `base_url ends in ${path}, which is added to it: write ${bare.slice(0, -path.length)}`;
}

/** Azure's and GitHub's base URLs end in `/models` too: https://learn.microsoft.com/azure/ai-foundry/model-inference/concepts/endpoints */
const listOfModels = /\/v\d\w*(\/models)$/i;

/** Longest first: `/chat/completions` ends in `/completions`. Paths that name a model end in nothing that can be told. */
const endpointPaths = [
  "/responses",
  ...Object.values(dialects).flatMap(({ operations }) =>
    Object.values(operations).flatMap((operation) => operation?.paths.whole ?? []),
  ),
]
  .map((path) => path.replace(/\?.*$/s, "").toLowerCase())
  .filter((path) => !path.includes("{"))
  .toSorted((a, b) => b.length - a.length);
