import type { ProviderConfig } from "#config/provider-schema";
import type { ProviderDialect, UpstreamPaths } from "#core/snapshot";
import type { Dialect } from "#dialects/dialect";
import { findDialect } from "#dialects/find-dialect";
import { dialects } from "#dialects/registry";
import { compileGlob } from "#lib/glob";
import type { DialectEntry, ProviderDefinition } from "#providers/provider";

/** The dialects that a provider speaks, as configured, else as it is known to. */
export function compileDialects(
  config: ProviderConfig,
  definition: ProviderDefinition | undefined,
  baseUrl: string,
): readonly ProviderDialect[] {
  const named = config.dialects ?? (config.dialect === undefined ? dialectsOf(definition, baseUrl) : [config.dialect]);
  return (named ?? []).map((entry) => {
    const spoken: DialectEntry = typeof entry === "string" ? { name: entry } : entry;
    const paths = compilePaths(findDialect(dialects, spoken.name), baseUrl, spoken);
    return { name: spoken.name, paths, ...(spoken.models !== undefined && { models: spoken.models }) };
  });
}

function dialectsOf(
  definition: ProviderDefinition | undefined,
  baseUrl: string,
): ProviderDefinition["dialects"] | undefined {
  const special = definition?.dialectsAt?.find((each) => compileGlob(each.baseUrl)(baseUrl));
  return special?.dialects ?? definition?.dialects;
}

/** The constant headers of every dialect that is spoken. */
export function dialectHeaders(spoken: readonly ProviderDialect[]): { readonly [name: string]: string } {
  return Object.assign({}, ...spoken.map(({ name }) => findDialect(dialects, name).headers));
}

/** How a key is sent where the configuration does not say: as the first dialect's own provider takes it. */
export function defaultAuth([first]: readonly ProviderDialect[]): string {
  return first === undefined ? "bearer" : findDialect(dialects, first.name).auth;
}

/** Where a provider takes the dialect's first operation, which configuration calls its `path`. */
export function mainPath({ paths }: ProviderDialect): string {
  return Object.values(paths)[0]?.whole ?? "";
}

/**
 * Where each operation of a dialect is asked for at a base URL. `path` is where the first one is, and the others are
 * looked for beside it; an operation that has no place there is left out, unless `paths` gives it one. Among those may be the
 * list of `models`, which no client's operation asks for.
 */
export function compilePaths(
  dialect: Dialect,
  baseUrl: string,
  {
    path,
    paths = {},
    operations: served,
    lacks = [],
    streamPath,
  }: Pick<DialectEntry, "path" | "paths" | "operations" | "lacks" | "streamPath">,
): ProviderDialect["paths"] {
  const operations = Object.entries(dialect.operations);
  const main = operations[0]?.[1].paths.whole ?? "";
  const placed = operations.flatMap(([name, { paths: own }], index) => {
    if (lacks.includes(name) || (served !== undefined && !served.includes(name))) return [];
    const configured = paths[name] ?? (path === undefined ? undefined : besidePath(path, main, own.whole));
    const found = configured ?? (path === undefined ? dialect.pathPrefix(baseUrl) + own.whole : undefined);
    const beside = found === undefined ? undefined : besidePath(found, own.whole, own.stream ?? own.whole);
    const stream = index === 0 ? (streamPath ?? beside) : beside;
    return found === undefined || stream === undefined ? [] : [[name, { whole: found, stream }] as const];
  });
  const { models } = paths;
  const listed = models === undefined ? [] : [["models", { whole: models, stream: models }] as const];
  return Object.fromEntries<UpstreamPaths>([...placed, ...listed]);
}

/**
 * The path that lies to `path` as `other` lies to `own`: its end replaced, or something added to it. The query and a
 * slash at the end are kept. Undefined where `path` does not end as `own` does and nothing can be added.
 */
function besidePath(path: string, own: string, other: string): string | undefined {
  if (own === other) return path;
  const { place, query } = splitQuery(path);
  const { place: ownPlace, query: ownQuery } = splitQuery(own);
  const { place: otherPlace, query: otherQuery } = splitQuery(other);
  const slash = place.endsWith("/") ? "/" : "";
  const bare = place.slice(0, place.length - slash.length);
  const queries = [...query.filter((each) => !ownQuery.includes(each)), ...otherQuery];
  const rest = slash + (queries.length === 0 ? "" : `?${queries.join("&")}`);
  if (bare.endsWith(ownPlace)) return bare.slice(0, bare.length - ownPlace.length) + otherPlace + rest;
  return otherPlace.startsWith(`${ownPlace}/`) ? bare + otherPlace.slice(ownPlace.length) + rest : undefined;
}

function splitQuery(path: string): { readonly place: string; readonly query: readonly string[] } {
  const at = path.indexOf("?");
  return at < 0 ? { place: path, query: [] } : { place: path.slice(0, at), query: path.slice(at + 1).split("&") };
}
