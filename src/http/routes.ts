import type { DialectName } from "#core/completion";
import type { Operation } from "#core/inference";

const mebibyte = 1024 * 1024;

/** What clients call, each row once; prefixes and spellings are added below. */
const inferenceRows = [
  row("/chat/completions", "chat.completions", "openai-chat", "completion", 128 * mebibyte),
  row("/completions", "completions", "openai-chat", "text-completion", 32 * mebibyte),
  row("/embeddings", "embeddings", "openai-chat", "embeddings", 32 * mebibyte),
  row("/messages", "messages", "anthropic-messages", "completion", 128 * mebibyte),
  row("/messages/count_tokens", "messages.count_tokens", "anthropic-messages", "count-tokens", 128 * mebibyte),
] as const;

/** A client's base URL may end in any of these, and in none. */
const prefixes: { readonly [D in DialectName]: readonly string[] } = {
  "openai-chat": ["", "/openai", "/litellm", "/langchain"],
  "anthropic-messages": ["", "/anthropic"],
};

/** `POST` to an inference endpoint. */
export type InferenceRoute = {
  readonly kind: "inference";
  readonly endpoint: string;
  readonly dialect: DialectName;
  readonly operation: Operation;
  /** The endpoint's own limit; the setting `max_body_bytes` may be lower. */
  readonly maxBodyBytes: number;
  /** The model that the path names (Azure deployments). */
  readonly pathModel: string | undefined;
};

export type RouteMatch =
  | InferenceRoute
  /** The list of models, or one of them. */
  | { readonly kind: "models"; readonly dialect: DialectName; readonly id: string | undefined }
  /** Dashboard, admin API, metrics: the control plane's. */
  | { readonly kind: "control" }
  | { readonly kind: "healthz" }
  | { readonly kind: "readyz" }
  | { readonly kind: "method-not-allowed"; readonly dialect: DialectName; readonly allow: string }
  | { readonly kind: "not-found"; readonly dialect: DialectName };

const exactRoutes: ReadonlyMap<string, RouteMatch> = new Map([
  ...inferenceRows.flatMap((route) =>
    spellings(route.dialect).map((prefix) => [`${prefix}${route.path}`, inferenceRoute(route)] as const),
  ),
  ...spellings("openai-chat").map((prefix) => [`${prefix}/models`, modelsRoute("openai-chat")] as const),
  ...["/anthropic", "/anthropic/v1"].map((prefix) => [`${prefix}/models`, modelsRoute("anthropic-messages")] as const),
  ["/healthz", { kind: "healthz" }],
  ["/readyz", { kind: "readyz" }],
  ["/", { kind: "control" }],
]);

const control: RouteMatch = { kind: "control" };
const controlPath = /^\/(?:ui|api|metrics)(?:\/|$)/;
const oneModel = /^(\/openai|\/litellm|\/langchain|\/anthropic)?(?:\/v1)?\/models\/(.+)$/;
const azure = /^\/openai\/deployments\/(.+?)(\/chat\/completions|\/completions|\/embeddings)$/;

/** Every path that is served as it stands; patterns (one model, Azure deployments, the control plane's) come beside. */
export function exactPaths(): readonly string[] {
  return [...exactRoutes.keys()];
}

/**
 * Finds what a request asks for. Repeated slashes and one at the end are forgiven on inference paths, for base URLs are
 * typed by hand; a path is otherwise compared as it came, with only model names percent-decoded. Where the path leaves
 * the dialect open, an `anthropic-version` header (`speaksAnthropic`) decides.
 */
export function matchRoute(method: string, path: string, speaksAnthropic = false): RouteMatch {
  const found = exactRoutes.get(path) ?? matchOther(path);
  switch (found.kind) {
    case "inference":
      return method === "POST" ? found : { kind: "method-not-allowed", dialect: found.dialect, allow: "POST" };
    case "models": {
      const dialect = speaksAnthropic ? "anthropic-messages" : found.dialect;
      const isRead = method === "GET" || method === "HEAD";
      return isRead ? { ...found, dialect } : { kind: "method-not-allowed", dialect, allow: "GET, HEAD" };
    }
    case "not-found":
      return speaksAnthropic ? { kind: "not-found", dialect: "anthropic-messages" } : found;
    default:
      return found;
  }
}

function matchOther(path: string): RouteMatch {
  if (controlPath.test(path)) return control;
  const tidy = path.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
  const exact = exactRoutes.get(tidy);
  if (exact !== undefined && exact.kind !== "control") return exact;
  return matchAzure(tidy) ?? matchOneModel(tidy) ?? { kind: "not-found", dialect: dialectOf(tidy) };
}

function matchAzure(path: string): RouteMatch | undefined {
  const [, deployment, operationPath] = azure.exec(path) ?? [];
  const found = inferenceRows.find((route) => route.path === operationPath);
  const pathModel = decode(deployment);
  return found === undefined || pathModel === undefined ? undefined : inferenceRoute(found, pathModel);
}

function matchOneModel(path: string): RouteMatch | undefined {
  const [, prefix, encodedId] = oneModel.exec(path) ?? [];
  const id = decode(encodedId);
  return id === undefined ? undefined : modelsRoute(prefix === "/anthropic" ? "anthropic-messages" : "openai-chat", id);
}

/** The dialect that an unknown path suggests, for the shape of its error. */
function dialectOf(path: string): DialectName {
  return /^\/anthropic\b|\/messages\b/.test(path) ? "anthropic-messages" : "openai-chat";
}

function decode(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

type InferenceRow = Omit<InferenceRoute, "kind" | "pathModel"> & { readonly path: string };

function row(
  path: string,
  endpoint: string,
  dialect: DialectName,
  operation: Operation,
  maxBodyBytes: number,
): InferenceRow {
  return { path, endpoint, dialect, operation, maxBodyBytes };
}

function inferenceRoute({ path: _, ...route }: InferenceRow, pathModel?: string): InferenceRoute {
  return { kind: "inference", ...route, pathModel };
}

function modelsRoute(dialect: DialectName, id?: string): RouteMatch {
  return { kind: "models", dialect, id };
}

function spellings(dialect: DialectName): readonly string[] {
  return prefixes[dialect].flatMap((prefix) => [prefix, `${prefix}/v1`]);
}
