import type { DialectId } from "#core/completion";
import { GatewayError, toGatewayError } from "#core/errors";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import type { CorsPolicy } from "#core/snapshot";
import type { Dialects } from "#dialects/dialect";
import { firstDialect } from "#dialects/find-dialect";
import type { Ticker } from "#lib/ticker";
import type { RequestHandler } from "#server/exchange";
import type { HttpAnswer } from "#server/http-answer";
import type { HttpRequest } from "#server/http-request";
import type { Refusal } from "#server/http1/request-head";
import type { BufferBudget } from "./buffer-budget";
import { clientKey, keyInQuery } from "./client-key";
import type { ControlProxy } from "./control-proxy";
import { type Cors, corsFor } from "./cors";
import { addressOf, clientRequestId, HttpInferenceRequest } from "./inference-request";
import type { InferenceRoute } from "./inference-route";
import type { ModelsQuery } from "./models";
import { type BodyPace, defaultPace } from "./read-body";
import { KnownTargets, type RequestTarget } from "./request-guard";
import { toAnswer } from "./response";
import { createRouter, type RouteMatch } from "./routes";

/** What the routes lead to. */
export type DataPlaneServices = {
  readonly dialects: Dialects;
  /** The pipeline. Never throws. */
  readonly infer: (inference: InferenceRequest) => Promise<InferenceResponse>;
  readonly models: (query: ModelsQuery) => InferenceResponse | Promise<InferenceResponse>;
  /** Words a refusal that never reached the pipeline. */
  readonly refuse: (error: GatewayError, dialect: DialectId, requestId: string | undefined) => InferenceResponse;
  /** Hands a request to the control plane. */
  readonly control: ControlProxy;
  /** Why this worker cannot serve; empty when it can. */
  readonly notReady: () => readonly string[];
  /** What does not keep it from that, but should be looked at. */
  readonly warnings: () => readonly string[];
  readonly budget: BufferBudget;
  /** For bodies that stall. */
  readonly ticker: Ticker;
  /** The setting `max_body_bytes`. */
  readonly maxBodyBytes: () => number;
  /** The setting `cors`; undefined where no other origin is let in. */
  readonly cors: () => CorsPolicy | undefined;
  readonly pace?: BodyPace;
};

type OtherRoute = Exclude<RouteMatch, InferenceRoute>;

/** Answers every request of the public port by its route. */
export function createDataPlane(services: DataPlaneServices): RequestHandler {
  const router = createRouter(services.dialects);
  const first = firstDialect(services.dialects).name;
  const targets = new KnownTargets();

  // Apart from the rest: every promise around an answer costs an inference request a turn of the microtask queue.
  const lead = (route: RouteMatch, request: HttpRequest, target: RequestTarget) =>
    route.kind === "inference"
      ? infer(services, route, request, target.query)
      : answerOther(services, route, request, target, first);

  /** For a page of another origin that is let in. */
  const answerOpenly = async (cors: Cors, request: HttpRequest, route: RouteMatch, target: RequestTarget) =>
    cors.preflight(request) ?? cors.open(await lead(route, request, target));

  const handle = (request: HttpRequest) => {
    let target: RequestTarget;
    try {
      target = targets.of(request);
    } catch (cause) {
      return { ...refuse(services, toGatewayError(cause), first, request), closes: true };
    }
    const route = router.match(request.method, target.path, request.headers);
    if (request.isShort && !isHealth(route)) return refuse(services, outOfFiles, dialectOf(route, first), request);
    if (request.method === "GET" && isInference(route) && asksForWebSocket(request))
      return refuseUpgrade(services, dialectOf(route, first), request);
    const policy = services.cors();
    const cors = policy === undefined || route.kind === "control" ? undefined : corsFor(policy, request);
    if (cors === undefined) return lead(route, request, target);
    return answerOpenly(cors, request, route, target);
  };
  return Object.assign(handle, { unreadable: (status: Refusal) => refuseUnreadable(services, first, status) });
}

/** Nobody knows what its client speaks. */
function refuseUnreadable(services: DataPlaneServices, dialect: DialectId, status: Refusal): HttpAnswer {
  const message = `Cannot read the request: ${unreadable[status]}`;
  return toAnswer(services.refuse(new GatewayError("invalid_request", message, { status }), dialect, undefined));
}

const unreadable: { readonly [status in Refusal]: string } = {
  400: "it is not HTTP as RFC 9112 has it",
  417: "its header `expect` asks for something else than 100-continue",
  431: "its head is over 32 KB or has more than 256 fields",
  501: "its method or transfer coding is not known here",
  505: "its version of HTTP is none of 1.0 and 1.1",
};

/** Made once, for such refusals come by the thousand. */
const outOfFiles = new GatewayError(
  "overloaded",
  "Cannot take the request: this worker has nearly as many files and connections open as the system lets it (ulimit -n)",
  { retryAfterS: 1 },
);

function isHealth({ kind }: RouteMatch): boolean {
  return kind === "healthz" || kind === "readyz";
}

/** Also by another method than it takes. */
function isInference({ kind }: RouteMatch): boolean {
  return kind === "inference" || kind === "method-not-allowed";
}

function asksForWebSocket({ headers }: HttpRequest): boolean {
  return headers.get("upgrade")?.toLowerCase().includes("websocket") === true;
}

/**
 * At once and without a look at the key: Codex and OpenCode try a WebSocket first, and go on with server-sent events in the
 * same turn when they hear 426, but retry for seconds after any other status (https://github.com/openai/codex/issues/43353).
 */
function refuseUpgrade(services: DataPlaneServices, dialect: DialectId, request: HttpRequest): HttpAnswer {
  const message = "Cannot open a WebSocket: this path is asked by POST, with server-sent events for a stream";
  const refused = refuse(services, new GatewayError("method_not_allowed", message, { status: 426 }), dialect, request);
  // What RFC 9110 § 15.5.22 asks for: the protocol that is spoken here.
  return { ...refused, headers: `${refused.headers}upgrade: HTTP/1.1\r\n`, closes: true };
}

function dialectOf(route: RouteMatch, first: DialectId): DialectId {
  return "dialect" in route ? route.dialect : first;
}

async function answerOther(
  services: DataPlaneServices,
  route: OtherRoute,
  request: HttpRequest,
  target: RequestTarget,
  first: DialectId,
): Promise<HttpAnswer> {
  try {
    return await answer(services, route, request, target);
  } catch (cause) {
    return refuse(services, toGatewayError(cause), dialectOf(route, first), request);
  }
}

function answer(
  services: DataPlaneServices,
  route: OtherRoute,
  request: HttpRequest,
  target: RequestTarget,
): Promise<HttpAnswer> | HttpAnswer {
  switch (route.kind) {
    case "models":
      return listModels(services, route, request, target.query);
    case "control":
      return services.control(request, target.path + target.query);
    case "healthz":
      return json(200, { status: "ok" });
    case "readyz":
      return readiness(
        [
          ...services.notReady(),
          ...(request.isDraining ? ["this worker is draining"] : []),
          ...(request.isShort ? ["this worker runs out of open files"] : []),
        ],
        services.warnings(),
      );
    case "method-not-allowed":
      return refuseMethod(services, route, request);
    case "not-found":
      return refuseUnknown(services, route, request);
  }
}

function infer(
  services: DataPlaneServices,
  route: InferenceRoute,
  request: HttpRequest,
  query: string,
): Promise<HttpAnswer> {
  const limits = {
    maxBytes: Math.min(route.maxBodyBytes, services.maxBodyBytes()),
    budget: services.budget,
    pace: services.pace ?? defaultPace,
    ticker: services.ticker,
  };
  return services.infer(new HttpInferenceRequest(request, route, query, limits)).then(toAnswer);
}

async function listModels(
  services: DataPlaneServices,
  { dialect, id, keyParameter }: Extract<RouteMatch, { readonly kind: "models" }>,
  request: HttpRequest,
  query: string,
): Promise<HttpAnswer> {
  const answered = await services.models({
    dialect,
    id,
    query,
    secret: () => clientKey(request.headers, keyInQuery(query, keyParameter)),
    requestId: clientRequestId(request.headers),
    clientAddress: (trusted) => addressOf(request, trusted),
  });
  return toAnswer(answered);
}

function readiness(reasons: readonly string[], warnings: readonly string[]): HttpAnswer {
  const looked = warnings.length > 0 && { warnings };
  return reasons.length === 0
    ? json(200, { status: "ready", ...looked })
    : json(503, { status: "not ready", reasons, ...looked });
}

function json(status: number, body: object): HttpAnswer {
  return { status, headers: "content-type: application/json;charset=utf-8\r\n", body: JSON.stringify(body) };
}

function refuseMethod(
  services: DataPlaneServices,
  { allow, dialect }: Extract<RouteMatch, { readonly kind: "method-not-allowed" }>,
  request: HttpRequest,
): HttpAnswer {
  const isPreflight = request.method === "OPTIONS" && request.headers.has("access-control-request-method");
  const hint = isPreflight ? "; pages of other origins are let in by settings.cors.origins" : "";
  const message = `Cannot ${request.method} this path, it takes ${allow}${hint}`;
  const error = new GatewayError("method_not_allowed", message);
  const refused = refuse(services, error, dialect, request);
  return { ...refused, headers: `${refused.headers}allow: ${allow}\r\n` };
}

/** Says the remedy where it is known. */
function refuseUnknown(
  services: DataPlaneServices,
  { dialect, unserved }: Extract<RouteMatch, { readonly kind: "not-found" }>,
  request: HttpRequest,
): HttpAnswer {
  const error = new GatewayError("not_found", `There is no such path: ${unserved?.hint ?? servedPaths}`);
  return refuse(services, error, dialect, request);
}

const servedPaths =
  "clients ask for /v1/chat/completions, /v1/responses, /v1/messages, /v1/embeddings, /v1/models, /v1beta/models/{model}:generateContent and /model/{model}/converse";

function refuse(
  services: DataPlaneServices,
  error: GatewayError,
  dialect: DialectId,
  request: HttpRequest,
): HttpAnswer {
  return toAnswer(services.refuse(error, dialect, clientRequestId(request.headers)));
}
