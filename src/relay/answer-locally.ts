import { GatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import type { LocalAnswer } from "#dialects/operation";
import type { Exchange } from "./exchange";

/**
 * The provider's answer (`ask`), or our own where there is none, marked as an estimate in `x-headgate-estimated`. Throws
 * what `ask` throws otherwise.
 */
export async function answerLocally(
  exchange: Exchange,
  fallback: LocalAnswer,
  ask: (() => Promise<InferenceResponse>) | undefined,
): Promise<InferenceResponse> {
  if (ask === undefined) return answer(exchange, fallback);
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    if (!fallback.replaces({ status: cause.status, type: cause.options.upstreamType })) throw cause;
    return answer(exchange, fallback);
  }
}

async function answer(
  { account, inference, request }: Exchange,
  { answer: make, estimated }: LocalAnswer,
): Promise<InferenceResponse> {
  if (!account.isAdmitted) account.admit(undefined);
  const body = JSON.stringify(make(request.full()));
  await account.close({ outcome: "ok", status: 200 });
  const headers = {
    id: account.id,
    requestId: inference.requestId ?? account.id,
    attempts: account.attempts.length,
    estimated,
  };
  return { status: 200, contentType: "application/json", headers, body };
}
