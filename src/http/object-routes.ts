import type { ObjectPath } from "#core/inference";
import type { Dialect, ObjectRow } from "#dialects/dialect";
import type { InferenceRoute } from "./inference-route";

/** Ids are all that such a request has beside its head, and metadata. */
const maxBodyBytes = 4 * 1024 * 1024;

/** The rows of all dialects, by the methods that a path takes. */
export type ObjectRoutes = {
  /** What a request asks for; the methods that the path takes where it is none of them; undefined for another path. */
  readonly match: (method: string, path: string) => InferenceRoute | { readonly allow: string } | undefined;
};

type Pattern = {
  readonly row: ObjectRow;
  readonly segments: readonly string[];
  readonly route: InferenceRoute;
};

/** Paths are compared segment by segment; what stands for a name is percent-decoded. */
export function createObjectRoutes(dialects: readonly Dialect[]): ObjectRoutes {
  const patterns = dialects.flatMap(patternsOf);
  return {
    match: (method, path) => {
      const segments = path.split("/");
      const fitting = patterns.flatMap((pattern) => {
        const names = namesIn(segments, pattern.segments);
        return names === undefined ? [] : [{ pattern, names }];
      });
      const found = fitting.find(({ pattern }) => pattern.row.method === method);
      if (found !== undefined) return routeOf(found.pattern, found.names);
      return fitting.length === 0 ? undefined : { allow: fitting.map(({ pattern }) => pattern.row.method).join(", ") };
    },
  };
}

function patternsOf(dialect: Dialect): readonly Pattern[] {
  const { name, objects = [], prefixes } = dialect;
  return prefixes
    .flatMap((prefix) => [prefix, `${prefix}/v1`])
    .flatMap((prefix) =>
      objects.map((row) => ({
        row,
        segments: (prefix + row.path).split("/"),
        route: {
          kind: "inference",
          endpoint: row.endpoint,
          allowedAs: row.allowedAs,
          dialect: name,
          operation: row.operation,
          maxBodyBytes,
          pathModel: undefined,
          pathStream: undefined,
          ...(row.method !== "POST" && { method: row.method }),
        },
      })),
    );
}

type Names = { readonly [name: string]: string };

/** What the placeholders of a pattern stand for; undefined where the path is another. */
function namesIn(segments: readonly string[], pattern: readonly string[]): Names | undefined {
  if (segments.length !== pattern.length) return undefined;
  const names: { [name: string]: string } = {};
  for (const [index, wanted] of pattern.entries()) {
    const found = segments[index] ?? "";
    if (!wanted.startsWith("{")) {
      if (found !== wanted) return undefined;
      continue;
    }
    const name = decoded(found);
    if (name === undefined || name === "") return undefined;
    names[wanted.slice(1, -1)] = name;
  }
  return names;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function routeOf({ route, row }: Pattern, { id, item, model }: Names): InferenceRoute {
  const objectPath: ObjectPath = { kind: row.kind, id, item, isAccountWide: row.isAccountWide === true };
  return { ...route, objectPath, pathModel: model };
}
