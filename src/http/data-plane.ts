import type { DialectId } from "#core/completion";
import { GatewayError, toGatewayError } from "#core/errors";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import type { Dialects } from "#dialects/dialect";
import { firstDialect } from "#dialects/find-dialect";
import type { Ticker } from "#lib/ticker";
import type { BufferBudget } from "./buffer-budget";
import { clientKey } from "./client-key";
import type { ControlProxy } from "./control-proxy";
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
  readonly pace?: BodyPace;
  /** An answer whose source failed after its first byte: the client's connection was cut. */
  readonly onCut: (cause: unknown) => void;
};

type OtherRoute = Exclude<RouteMatch, InferenceRoute>;

/** Answers every request of the public port by its route. */
export function createDataPlane(services: DataPlaneServices): RequestHandler {
  const router = createRouter(services.dialects);
  const first = firstDialect(services.dialects).name;

  return (request, connection) => {
    let target: RequestTarget;
    try {
      target = requestTarget(request);
    } catch (cause) {
      const response = refuse(services, toGatewayError(cause), first, request, connection);
      response.headers.set("connection", "close");
      return response;
    }
    const route = router.match(request.method, target.path, request.headers);
    // Apart from the rest: every promise around an answer costs an inference request a turn of the microtask queue.
    if (route.kind === "inference") return infer(services, route, request, connection);
    return answerOther(services, route, request, target, connection, first);
  };
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
      return refuse(services, notFound(), route.dialect, request, connection);
  }
}

async function infer(
  services: DataPlaneServices,
  route: InferenceRoute,
  request: Request,
  connection: Connection,
): Promise<Response> {
  try {
    const limits = {
      maxBytes: Math.min(route.maxBodyBytes, services.maxBodyBytes()),
      budget: services.budget,
      pace: services.pace ?? defaultPace,
      ticker: services.ticker,
    };
    const inference = new HttpInferenceRequest(request, route, limits, connection);
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
  const error = new GatewayError("method_not_allowed", `Cannot ${request.method} this path, it takes ${allow}`);
  const response = refuse(services, error, dialect, request, connection);
  response.headers.set("allow", allow);
  return response;
}

function notFound(): GatewayError {
  return new GatewayError("not_found", "There is no such path");
}

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
