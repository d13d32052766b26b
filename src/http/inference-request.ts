import type { InferenceRequest } from "#core/inference";
import { clientKey } from "./client-key";
import { type BodyLimits, hasBody, readBody } from "./read-body";
import type { InferenceRoute } from "./routes";

/** An inference request with what the connection has to know of it. */
export type HttpInferenceRequest = InferenceRequest & {
  /** Nothing of the request is left to come. */
  readonly bodyIsRead: () => boolean;
};

/** Makes the pipeline's view of an inference request; the body is read when the pipeline asks for it. */
export function createInferenceRequest(
  request: Request,
  route: InferenceRoute,
  limits: BodyLimits,
): HttpInferenceRequest {
  const { headers } = request;
  const progress = { isRead: !hasBody(request) };
  return {
    operation: route.operation,
    dialect: route.dialect,
    endpoint: route.endpoint,
    requestId: clientRequestId(headers),
    secret: () => clientKey(headers),
    header: (name) => headers.get(name),
    pathModel: route.pathModel,
    readBody: () => readBody(request, limits, progress),
    // Bun makes it when it is asked for, and most refusals do without.
    get signal() {
      return request.signal;
    },
    bodyIsRead: () => progress.isRead,
  };
}

/** The client's own name for its request, if it fits into a header and a record. */
export function clientRequestId(headers: Headers): string | undefined {
  const id = headers.get("x-request-id");
  return id !== null && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
}
