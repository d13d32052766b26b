import type { Answer } from "#core/call";
import { estimateInputTokens } from "#dialects/anthropic-messages/count-tokens";
import type { Exchange } from "./exchange";

/** Counts a request's input tokens ourselves, for providers that cannot; marked as an estimate in `x-headgate-estimated`. */
export async function countTokensLocally({ account, call, request }: Exchange): Promise<Answer> {
  const body = JSON.stringify({ input_tokens: estimateInputTokens(request.full()) });
  await account.close({ outcome: "ok", status: 200 });
  const facts = { id: account.id, requestId: call.requestId ?? account.id, estimated: ["input_tokens"] };
  return { status: 200, contentType: "application/json", facts, body };
}
