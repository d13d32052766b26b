import type { ApiRoute, PathParams } from "./route";

export type Match =
  | { readonly route: ApiRoute; readonly params: PathParams }
  /** The path is known, the method is not: those that are. Empty for an unknown path. */
  | { readonly route: undefined; readonly methods: readonly string[] };

export type Router = (method: string, path: string) => Match;

/** Finds the route of a request. HEAD is answered as GET is. */
export function createRouter(routes: readonly ApiRoute[]): Router {
  const matchers = routes.map((route) => ({ route, match: pathMatcher(route.path) }));
  return (method, path) => {
    const methods: string[] = [];
    for (const { route, match } of matchers) {
      const params = match(path);
      if (params === undefined) continue;
      if (route.method === (method === "HEAD" ? "GET" : method)) return { route, params };
      methods.push(route.method);
    }
    return { route: undefined, methods };
  };
}

/** Parameters by name, percent-decoded; undefined where the path does not fit. */
function pathMatcher(pattern: string): (path: string) => PathParams | undefined {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}/?$`);
  return (path) => {
    const match = expression.exec(path);
    if (match === null) return undefined;
    try {
      return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
    } catch {
      return undefined;
    }
  };
}
