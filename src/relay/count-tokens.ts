import { GatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import { estimateInputTokens } from "#dialects/anthropic-messages/count-tokens";
import type { Exchange } from "./exchange";

/**
 * Counts a request's input tokens: the provider's count (`ask`), or our own where there is none, marked as an estimate
 * in `x-headgate-estimated`. Throws what `ask` throws otherwise.
 */
export async function countTokens(
  exchange: Exchange,
  ask: (() => Promise<InferenceResponse>) | undefined,
): Promise<InferenceResponse> {
  if (ask === undefined) return countLocally(exchange);
  try {
    return await ask();
  } catch (cause) {
    if (isMissingPath(cause)) return countLocally(exchange);
    throw cause;
  }
}

/** Look-alikes of the Messages API often lack this path. Anthropic's own 404 has a type and speaks of the model. */
function isMissingPath(cause: unknown): boolean {
  return cause instanceof GatewayError && cause.status === 404 && cause.options.upstreamType !== "not_found_error";
}

async function countLocally({ account, inference, request }: Exchange): Promise<InferenceResponse> {
  if (!account.isAdmitted) account.admit(undefined);
  const body = JSON.stringify({ input_tokens: estimateInputTokens(request.full()) });
  await account.close({ outcome: "ok", status: 200 });
  const headers = {
    id: account.id,
    requestId: inference.requestId ?? account.id,
    attempts: account.attempts.length,
    estimated: ["input_tokens"],
  };
  return { status: 200, contentType: "application/json", headers, body };
}
