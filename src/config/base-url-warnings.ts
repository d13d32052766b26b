import { dialects } from "#dialects/registry";
import type { Path } from "./problem";
import type { ConfigFile } from "./schema";

/** Base URLs that end in an endpoint's path, which is added to them: every call would be a 404. */
export function baseUrlsOfEndpoints(config: ConfigFile, where: (path: Path) => string): readonly string[] {
  return Object.entries(config.providers ?? {}).flatMap(([id, { base_url: url }]) => {
    const found = url === undefined ? undefined : endpointAtEnd(url);
    if (found === undefined) return [];
    const place = where(["providers", id, "base_url"]);
    return [`${place}: base_url ends in ${found.path}, which is added to it: write ${found.rest}`];
  });
}

function endpointAtEnd(url: string): { readonly path: string; readonly rest: string } | undefined {
  const bare = url.replace(/[?#].*$/s, "").replace(/\/+$/, "");
  const path = endpointPaths.find((each) => bare.toLowerCase().endsWith(each));
  return path === undefined ? undefined : { path, rest: bare.slice(0, -path.length) };
}

/** Longest first: `/chat/completions` ends in `/completions`. Paths that name a model end in nothing that can be told. */
const endpointPaths = [
  "/models",
  "/responses",
  ...Object.values(dialects).flatMap(({ operations }) =>
    Object.values(operations).flatMap((operation) => operation?.paths.whole ?? []),
  ),
]
  .map((path) => path.replace(/\?.*$/s, "").toLowerCase())
  .filter((path) => !path.includes("{"))
  .toSorted((a, b) => b.length - a.length);
