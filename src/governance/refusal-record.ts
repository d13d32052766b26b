import type { GatewayError } from "#core/errors";
import { startOfId } from "#core/ids";
import type { InferenceRequest } from "#core/inference";
import type { ClientLabels, RequestRecord } from "#core/record";
import type { VirtualKey } from "#core/snapshot";
import { maskSecrets } from "#lib/mask-secrets";
import { sessionHeader } from "./session-header";

/** A request that was refused before it held anything, as far as it is known by then. */
export type RefusedRequest = {
  readonly id: string;
  readonly inference: InferenceRequest;
  readonly error: GatewayError;
  readonly key: VirtualKey | undefined;
  readonly customer: string | undefined;
  readonly askedModel: string | undefined;
  readonly stream: boolean;
  /** Absent where the body was not read. */
  readonly labels: ClientLabels | undefined;
  readonly requestBytes: number;
};

/** Clients choose these texts; what is refused is to stay small. */
const maxTextLength = 200;
const maxMessageLength = 500;

/** The record of a refused request: no attempt, no charge, and nothing of a secret that is not known. */
export function refusalRecord(
  { id, inference, error, key, customer, askedModel, stream, labels, requestBytes }: RefusedRequest,
  { worker, nowMs, weight }: { readonly worker: number; readonly nowMs: number; readonly weight: number },
): RequestRecord {
  const { retryAfterS, refusedBy } = error.options;
  const startedAtMs = startOfId(id);
  const userAgent = inference.header("user-agent");
  const sessionId = sessionHeader(inference.header) ?? labels?.sessionId;
  return {
    id,
    requestId: cut(inference.requestId ?? id),
    startedAtMs,
    durationMs: Math.max(0, nowMs - startedAtMs),
    upstreamMs: 0,
    worker,
    dialect: inference.dialect,
    endpoint: inference.endpoint,
    attempts: [],
    stream,
    status: error.status,
    outcome: "refused",
    charges: [],
    requestBytes,
    responseBytes: 0,
    errorCode: error.code,
    errorSource: error.source,
    // It may quote what stood in the place of a field.
    errorMessage: maskSecrets(cut(error.message, maxMessageLength), []),
    refusal: { weight, ...refusedBy, ...(retryAfterS !== undefined && { retryAfterS }) },
    ...(key !== undefined && { keyId: key.id, keyName: key.name, tags: key.tags }),
    ...(key?.team !== undefined && { team: key.team }),
    ...(customer !== undefined && { customer }),
    ...(askedModel !== undefined && { askedModel: cut(askedModel) }),
    ...(refusedBy !== undefined && { limits: [refusedBy.limit] }),
    ...(userAgent !== null && { userAgent: cut(userAgent) }),
    ...(sessionId !== undefined && { sessionId }),
    ...(labels?.endUser !== undefined && { endUser: labels.endUser }),
    ...(labels?.requestTags !== undefined && { requestTags: labels.requestTags }),
  };
}

function cut(text: string, length = maxTextLength): string {
  return text.length > length ? text.slice(0, length) : text;
}
