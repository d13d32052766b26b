import type { GatewayError } from "#core/errors";
import type { StreamSaid } from "#dialects/stream-said";
import type { PendingRequest } from "../pending-request";
import { idsOf } from "../response-headers";

export const noBytes = new Uint8Array(0);

/** An error after the first byte of a stream, in the client's dialect and framing. */
export function errorBytes(
  { dialect, operation, running }: Pick<PendingRequest, "dialect" | "operation" | "running">,
  error: GatewayError,
  said?: StreamSaid,
): Uint8Array {
  const text = dialect.encodeStreamError(error, idsOf(running).requestId, said);
  const { stream } = operation.answer;
  return stream === undefined ? Buffer.from(text) : stream.framing.write(text);
}
