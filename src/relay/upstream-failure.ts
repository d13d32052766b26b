import { GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import { type Codec, InvalidAnswer } from "#dialects/codec";
import { maskSecrets } from "#lib/mask-secrets";
import { AttemptFailure, nextStepFor } from "#routing/attempt";
import type { UpstreamResponse } from "#upstream/upstream";

const maxErrorBytes = 256 * 1024;
/** Statuses of a provider that a client is told as they are: they speak of the client's own request. */
const keptStatuses: ReadonlySet<number> = new Set([400, 404, 409, 413, 422, 429]);

/** Reads a provider's error answer into what the client is told and what the next attempt should be. */
export async function failureFrom(response: UpstreamResponse, target: Target, codec: Codec): Promise<AttemptFailure> {
  const { status } = response;
  const body = new TextDecoder().decode(await response.readAll(maxErrorBytes));
  const failure = codec.decodeError(status, body);
  const message = maskSecrets(failure.message, [target.key.secret]);
  return new AttemptFailure(errorFor(status, message, failure, target, response.headers), nextStepFor(status), status);
}

function errorFor(
  status: number,
  message: string,
  failure: ReturnType<Codec["decodeError"]>,
  target: Target,
  headers: Headers,
): GatewayError {
  const { id } = target.provider;
  if (status === 401 || status === 402 || status === 403) {
    return new GatewayError(
      "provider_keys_exhausted",
      `The provider "${id}" refused its key "${target.key.name}" with status ${status}`,
      {
        detail: message,
      },
    );
  }
  if (!keptStatuses.has(status)) {
    return new GatewayError("upstream_error", `The provider "${id}" answered with status ${status}: ${message}`);
  }
  const retryAfterS = Number(headers.get("retry-after") ?? Number.NaN);
  return new GatewayError("upstream_error", message, {
    status,
    ...(failure.type === undefined ? {} : { upstreamType: failure.type }),
    ...(failure.code === undefined ? {} : { upstreamCode: failure.code }),
    ...(failure.param === undefined ? {} : { param: failure.param }),
    ...(retryAfterS >= 0 ? { retryAfterS: Math.ceil(retryAfterS) } : {}),
  });
}

/** What a broken answer of a provider is for the client. A GatewayError stays as it is. */
export function errorOfAnswer(cause: unknown, target: Target): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const { id } = target.provider;
  if (cause instanceof InvalidAnswer) {
    return new GatewayError("upstream_invalid_response", `Cannot read the answer of the provider "${id}"`, {
      detail: cause.message,
      cause,
    });
  }
  return new GatewayError("internal_error", "The request failed inside the gateway", { cause });
}
