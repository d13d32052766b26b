import type { GatewayError } from "#core/errors";
import { encodeError } from "../openai-errors";

/** No `[DONE]` follows: clients must not take a broken answer for a whole one. */
export function encodeStreamError(error: GatewayError): string {
  return `data: ${JSON.stringify(encodeError(error))}\n\n`;
}
