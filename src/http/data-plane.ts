import type { DialectId } from "#core/completion";
import { GatewayError, toGatewayError } from "#core/errors";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import type { CorsPolicy } from "#core/snapshot";
import type { Dialects } from "#dialects/dialect";
import { firstDialect } from "#dialects/find-dialect";
import type { Ticker } from "#lib/ticker";
import type { BufferBudget } from "./buffer-budget";
import { clientKey } from "./client-key";
import type { ControlProxy } from "./control-proxy";
import { type Cors, corsFor } from "./cors";
import { addressOf, clientRequestId, HttpInferenceRequest } from "./inference-request";
import type { ModelsQuery } from "./models";
import { type BodyPace, defaultPace, hasBody } from "./read-body";
import { type RequestTarget, requestTarget } from "./request-guard";
import { type ResponseHooks, toResponse } from "./response";
import { createRouter, type InferenceRoute, type RouteMatch } from "./routes";
import type { Connection, RequestHandler } from "./server";

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
  readonly budget: BufferBudget;
  /** For bodies that stall. */
  readonly ticker: Ticker;
  /** The setting `max_body_bytes`. */
  readonly maxBodyBytes: () => number;
  /** The setting `cors`; undefined where no other origin is let in. */
  readonly cors: () => CorsPolicy | undefined;
  readonly pace?: BodyPace;
  /** An answer whose source failed after its first byte: the client's connection was cut. */
  readonly onCut: (cause: unknown) => void;
};

type OtherRoute = Exclude<RouteMatch, InferenceRoute>;

/** Answers every request of the public port by its route. */
export function createDataPlane(services: DataPlaneServices): RequestHandler {
  const router = createRouter(services.dialects);
  const first = firstDialect(services.dialects).name;
  // Apart from the rest: every promise around an answer costs an inference request a turn of the microtask queue.
  const lead = (route: RouteMatch, request: Request, { path, query }: RequestTarget, connection: Connection) =>
    route.kind === "inference"
      ? infer(services, route, request, query, connection)
      : answerOther(services, route, request, { path, query }, connection, first);

  return (request, connection) => {
    let target: RequestTarget;
    try {
      target = requestTarget(request, connection.written);
    } catch (cause) {
      const response = refuse(services, toGatewayError(cause), first, request, connection);
      response.headers.set("connection", "close");
      return response;
    }
    const route = router.match(request.method, target.path, request.headers);
    const policy = services.cors();
    const cors = policy === undefined || route.kind === "control" ? undefined : corsFor(policy, request);
    if (cors !== undefined)
      return answerOpenly(cors, request, connection, () => lead(route, request, target, connection));
    return lead(route, request, target, connection);
  };
}

/** For a page of another origin that is let in. */
async function answerOpenly(
  cors: Cors,
  request: Request,
  connection: Connection,
  answer: () => Promise<Response>,
): Promise<Response> {
  const preflight = cors.preflight(request);
  if (preflight === undefined) return cors.open(await answer());
  connection.answered();
  return preflight;
}

async function answerOther(
  services: DataPlaneServices,
  route: OtherRoute,
  request: Request,
  target: RequestTarget,
  connection: Connection,
  first: DialectId,
): Promise<Response> {
  try {
    return await answer(services, route, request, target, connection);
  } catch (cause) {
    return refuse(services, toGatewayError(cause), "dialect" in route ? route.dialect : first, request, connection);
  }
}

function answer(
  services: DataPlaneServices,
  route: OtherRoute,
  request: Request,
  target: RequestTarget,
  connection: Connection,
): Promise<Response> | Response {
  switch (route.kind) {
    case "models":
      return listModels(services, route, request, connection);
    case "control":
      return services
        .control(request, target.path + target.query, connection.peer())
        .finally(() => connection.answered());
    case "healthz":
      connection.answered();
      return Response.json({ status: "ok" });
    case "readyz":
      connection.answered();
      return readiness([...services.notReady(), ...(connection.draining ? ["this worker is draining"] : [])]);
    case "method-not-allowed":
      return refuseMethod(services, route, request, connection);
    case "not-found":
      return refuseUnknown(services, route, request, connection);
  }
}

async function infer(
  services: DataPlaneServices,
  route: InferenceRoute,
  request: Request,
  query: string,
  connection: Connection,
): Promise<Response> {
  try {
    const limits = {
      maxBytes: Math.min(route.maxBodyBytes, services.maxBodyBytes()),
      budget: services.budget,
      pace: services.pace ?? defaultPace,
      ticker: services.ticker,
    };
    const inference = new HttpInferenceRequest(request, route, query, limits, connection);
    const response = await services.infer(inference);
    return send(services, response, inference.isRead, connection);
  } catch (cause) {
    return refuse(services, toGatewayError(cause), route.dialect, request, connection);
  }
}

async function listModels(
  services: DataPlaneServices,
  { dialect, id }: Extract<RouteMatch, { readonly kind: "models" }>,
  request: Request,
  connection: Connection,
): Promise<Response> {
  const response = await services.models({
    dialect,
    id,
    secret: () => clientKey(request.headers),
    requestId: clientRequestId(request.headers),
    clientAddress: (trusted) => addressOf(request, connection, trusted),
  });
  return send(services, response, !hasBody(request), connection);
}

function readiness(reasons: readonly string[]): Response {
  return reasons.length === 0
    ? Response.json({ status: "ready" })
    : Response.json({ status: "not ready", reasons }, { status: 503 });
}

function refuseMethod(
  services: DataPlaneServices,
  { allow, dialect }: Extract<RouteMatch, { readonly kind: "method-not-allowed" }>,
  request: Request,
  connection: Connection,
): Response {
  const isPreflight = request.method === "OPTIONS" && request.headers.has("access-control-request-method");
  const hint = isPreflight ? "; pages of other origins are let in by settings.cors.origins" : "";
  const message = `Cannot ${request.method} this path, it takes ${allow}${hint}`;
  const error = new GatewayError("method_not_allowed", message);
  const response = refuse(services, error, dialect, request, connection);
  response.headers.set("allow", allow);
  return response;
}

/** Says the remedy where it is known, in the shape that the clients of such a path read. */
function refuseUnknown(
  services: DataPlaneServices,
  { dialect, unserved }: Extract<RouteMatch, { readonly kind: "not-found" }>,
  request: Request,
  connection: Connection,
): Response {
  const hint = unserved?.hint ?? servedPaths;
  const error = new GatewayError("not_found", `There is no such path: ${hint}`);
  const answer = services.refuse(error, dialect, clientRequestId(request.headers));
  const body = unserved?.encodeError === undefined ? answer.body : JSON.stringify(unserved.encodeError(error));
  const response = send(services, { ...answer, body }, !hasBody(request), connection);
  for (const [name, value] of Object.entries(unserved?.errorHeaders ?? {})) response.headers.set(name, value);
  return response;
}

const servedPaths = "clients ask for /v1/chat/completions, /v1/messages, /v1/embeddings and /v1/models";

function refuse(
  services: DataPlaneServices,
  error: GatewayError,
  dialect: DialectId,
  request: Request,
  connection: Connection,
): Response {
  const response = services.refuse(error, dialect, clientRequestId(request.headers));
  return send(services, response, !hasBody(request), connection);
}

function send(
  services: DataPlaneServices,
  answered: InferenceResponse,
  bodyIsRead: boolean,
  connection: Connection,
): Response {
  const response = toResponse(answered, new Sending(connection, bodyIsRead, services.onCut));
  if (answered.headers.errorCode === "client_timeout") response.headers.set("connection", "close");
  return response;
}

/** What the connection is told of an answer. */
class Sending implements ResponseHooks {
  constructor(
    private readonly connection: Connection,
    private readonly bodyIsRead: boolean,
    readonly onCut: (cause: unknown) => void,
  ) {}

  onSent(): void {
    if (this.bodyIsRead) this.connection.answered();
    else this.connection.linger();
  }
}
