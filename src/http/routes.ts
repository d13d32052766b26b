import type { DialectId } from "#core/completion";
import type { Dialect, Dialects, EndpointRow } from "#dialects/dialect";
import { firstDialect } from "#dialects/find-dialect";
import { findUnserved, type UnservedApi } from "#dialects/unserved-apis";
import { compileGlob, matchesAny } from "#lib/glob";
import { isBelowBase, tidyPath } from "./client-bases";
import type { InferenceRoute } from "./inference-route";
import { createObjectRoutes } from "./object-routes";
import { isControlPath } from "./request-guard";

export type RouteMatch =
  | InferenceRoute
  /** The list of models, or one of them. */
  | {
      readonly kind: "models";
      readonly dialect: DialectId;
      readonly id: string | undefined;
      readonly keyParameter: string | undefined;
    }
  /** Dashboard, admin API, metrics: the control plane's. */
  | { readonly kind: "control" }
  | { readonly kind: "healthz" }
  | { readonly kind: "readyz" }
  | { readonly kind: "method-not-allowed"; readonly dialect: DialectId; readonly allow: string }
  | {
      readonly kind: "not-found";
      readonly dialect: DialectId;
      /** What is asked for, where that is known. */
      readonly unserved: UnservedApi | undefined;
    };

export type Router = {
  /**
   * Finds what a request asks for. What is typed around inference paths is forgiven (`client-bases.ts`), for base URLs
   * are set by hand; a path is otherwise compared as it came, with only model names percent-decoded. Where the path
   * leaves the dialect open, a header that only one dialect's clients send decides.
   */
  readonly match: (method: string, path: string, headers?: Pick<Headers, "has">) => RouteMatch;
  /** Every path that is served literally; patterns (one model, deployments, the control plane's) and bases come beside. */
  readonly exactPaths: readonly string[];
};

const control: RouteMatch = { kind: "control" };
const modelsPath = "/models";
const noHeaders: Pick<Headers, "has"> = new Headers();
const reads = "GET, HEAD";

/**
 * Whether a worker lives, and whether it can serve: our names, LiteLLM's (https://docs.litellm.ai/docs/proxy/health),
 * Bifrost's (`/health`) and Kubernetes' (`/livez`).
 */
const healthPaths: { readonly [path: string]: "healthz" | "readyz" } = {
  "/healthz": "healthz",
  "/livez": "healthz",
  "/health": "healthz",
  "/health/liveliness": "healthz",
  "/health/liveness": "healthz",
  "/readyz": "readyz",
  "/health/readiness": "readyz",
  // Of proxies and of frameworks: https://docs.litellm.ai/docs/proxy/health lists LiteLLM's, Portkey serves the second.
  "/ping": "healthz",
  "/v1/health": "healthz",
};

/** The routes of the public port: those of every dialect, and the gateway's own. */
export function createRouter(dialects: Dialects): Router {
  const all = Object.values(dialects);
  const first = firstDialect(dialects);
  const exact = exactRoutes(all);
  const patterns = all.flatMap(patternsOf);
  const objects = createObjectRoutes(all);

  const clientsDialect = (headers: Pick<Headers, "has">): DialectId | undefined =>
    all.find(({ recognisedBy: { header } }) => header !== undefined && headers.has(header))?.name;

  const unknown = (path: string, headers: Pick<Headers, "has">): RouteMatch => {
    const suggested = all.find(({ recognisedBy }) => recognisedBy.path?.test(path)) ?? first;
    const dialect = clientsDialect(headers) ?? suggested.name;
    return { kind: "not-found", dialect, unserved: findUnserved(path) };
  };

  const matchOneModel = (path: string): RouteMatch | undefined => {
    const at = path.indexOf(`${modelsPath}/`);
    const list = at < 0 ? undefined : exact.get(path.slice(0, at + modelsPath.length));
    const id = decode(path.slice(at + modelsPath.length + 1));
    return list?.kind !== "models" || id === undefined || id === "" ? undefined : { ...list, id };
  };

  const matchOther = (path: string, headers: Pick<Headers, "has">): RouteMatch => {
    if (isControlPath(path) && !isBelowBase(path)) return control;
    const tidy = tidyPath(path);
    const found = exact.get(tidy);
    if (found !== undefined && found.kind !== "control") return found;
    // `/v1/models/gemini-x:generateContent` is no model.
    const oneModel = tidy.includes(":") && findUnserved(tidy) !== undefined ? undefined : matchOneModel(tidy);
    return matchPattern(patterns, tidy) ?? oneModel ?? unknown(tidy, headers);
  };

  const forMethod = (method: string, found: RouteMatch, headers: Pick<Headers, "has">): RouteMatch => {
    switch (found.kind) {
      case "inference":
        return method === "POST" ? found : { kind: "method-not-allowed", dialect: found.dialect, allow: "POST" };
      case "models": {
        const dialect = clientsDialect(headers) ?? found.dialect;
        return isRead(method) ? { ...found, dialect } : { kind: "method-not-allowed", dialect, allow: reads };
      }
      case "healthz":
      case "readyz": {
        const dialect = clientsDialect(headers) ?? first.name;
        return isRead(method) ? found : { kind: "method-not-allowed", dialect, allow: reads };
      }
      default:
        return found;
    }
  };

  /** A stored object may be asked for where something else is by another method. */
  const orObject = (method: string, path: string, found: RouteMatch): RouteMatch => {
    if (found.kind !== "method-not-allowed" && found.kind !== "not-found") return found;
    // What is known to be another API is told as that.
    if (found.kind === "not-found" && found.unserved !== undefined) return found;
    const object = objects.match(method, tidyPath(path));
    if (object === undefined || !("allow" in object)) return object ?? found;
    const allow = found.kind === "not-found" ? object.allow : `${found.allow}, ${object.allow}`;
    return { kind: "method-not-allowed", dialect: found.dialect, allow };
  };

  const match: Router["match"] = (method, path, headers = noHeaders) => {
    const found = exact.get(path) ?? matchOther(path, headers);
    if (found.kind === "inference" && method === "POST") return found;
    return orObject(method, path, forMethod(method, found, headers));
  };

  return { match, exactPaths: [...exact.keys()] };
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** Where two dialects have a path in common, it is the earlier one's. */
function exactRoutes(dialects: readonly Dialect[]): ReadonlyMap<string, RouteMatch> {
  const routes = new Map<string, RouteMatch>();
  const add = (path: string, route: RouteMatch) => routes.has(path) || routes.set(path, route);
  for (const dialect of dialects) {
    for (const prefix of dialect.prefixes.flatMap((each) => [each, `${each}/v1`])) {
      for (const row of dialect.endpoints)
        if (row.path !== undefined) add(prefix + row.path, inferenceRoute(dialect, row));
      add(prefix + modelsPath, {
        kind: "models",
        dialect: dialect.name,
        id: undefined,
        keyParameter: dialect.recognisedBy.keyParameter,
      });
    }
  }
  for (const [path, kind] of Object.entries(healthPaths)) routes.set(path, { kind });
  return routes.set("/", control);
}

type Pattern = {
  readonly form: RegExp;
  readonly after: string;
  readonly takes: (pathModel: string) => boolean;
  readonly route: InferenceRoute;
};

/** A segment that means nothing here, such as a project's name. */
const segment = /\{[a-z]+\}/;

function patternsOf(dialect: Dialect): readonly Pattern[] {
  return dialect.endpoints.flatMap((row) => {
    const models = row.models?.map(compileGlob);
    const takes = (pathModel: string) => models === undefined || matchesAny(models, pathModel);
    return (row.patterns ?? []).map((pattern) => {
      const [before = "", after = ""] = pattern.split("{model}");
      const fixed = before.split(segment).map(RegExp.escape).join("[^/]+");
      const named = pattern.includes("{model}") ? "(.+)" : "";
      const form = new RegExp(`^${fixed}${named}${RegExp.escape(after)}$`);
      return { form, after, takes, route: inferenceRoute(dialect, row) };
    });
  });
}

/** The first pattern that fits: a dialect lists the longer of two endings first. */
function matchPattern(patterns: readonly Pattern[], path: string): RouteMatch | undefined {
  for (const { form, after, route, takes } of patterns) {
    const found = path.endsWith(after) ? form.exec(path) : null;
    if (found === null) continue;
    const [, name] = found;
    if (name === undefined) return route;
    const pathModel = decode(name);
    if (pathModel !== undefined && takes(pathModel)) return { ...route, pathModel };
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function inferenceRoute({ name, recognisedBy }: Dialect, row: EndpointRow): InferenceRoute {
  const { endpoint, operation, maxBodyBytes, streams } = row;
  const named = { kind: "inference", endpoint, dialect: name, operation, maxBodyBytes } as const;
  return { ...named, pathModel: undefined, pathStream: streams, keyParameter: recognisedBy.keyParameter };
}
