import type { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";
import { encodeError } from "../openai-errors";
import type { StreamSaid } from "../stream-said";
import { writeEvent } from "./wire";

/**
 * An error after the first byte, as OpenAI sends it: `error` with the words, then the response as failed, for clients that
 * look at one of them alone. Both go on in the numbers of the stream.
 */
export function encodeStreamError(error: GatewayError, requestId: string, said: StreamSaid = nothingSaid): string {
  const { error: words } = encodeError(error);
  const { message } = error;
  const code = error.options.upstreamCode ?? error.options.upstreamType ?? error.code;
  const told = { code, message, param: error.options.param ?? null, error: words };
  const response = { ...(said.response ?? emptyResponse(requestId)), status: "failed", error: { code, message } };
  const { sequence } = said;
  return writeEvent("error", sequence, told) + writeEvent("response.failed", sequence + 1, { response });
}

const nothingSaid: StreamSaid = { sequence: 0 };

function emptyResponse(requestId: string): JsonObject {
  return { id: `resp_${requestId.replace(/[^a-zA-Z0-9]/g, "")}`, object: "response", output: [] };
}
