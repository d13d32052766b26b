import type { CompletionEvent, FinishReason } from "#core/completion";
import type { Usage } from "#core/usage";
import { arrayOf, isObject, type Json, type JsonObject, objectOf } from "#lib/json";
import { servedTier } from "../served-tier";
import type { AnswerContext } from "../translation";
import { writeUsage } from "./usage";
import { own } from "./wire";

/** What a response object says around its output, from the first event to the last. */
export type ResponseHead = {
  readonly id: string;
  /** Of each item, before its number. */
  readonly seed: string;
  /** The response as it stands: `status`, and what came of it. */
  readonly write: (status: ResponseStatus, output: readonly JsonObject[], usage: Usage | undefined) => JsonObject;
};

export type ResponseStatus =
  | { readonly status: "in_progress" | "completed" }
  | { readonly status: "incomplete"; readonly reason: "max_output_tokens" | "content_filter" }
  | { readonly status: "failed"; readonly error: JsonObject };

type Told = Pick<Extract<CompletionEvent, { type: "start" }>, "id" | "model" | "createdS" | "serviceTier">;

/** What an answer says of itself, and what was asked for it. Where the gateway does not keep it nobody does, whatever `store` said. */
export function responseHead({ id: told, model, createdS, serviceTier }: Told, context: AnswerContext): ResponseHead {
  const seed = context.id.replace(/[^a-zA-Z0-9]/g, "");
  const id = context.kept?.id ?? (told.startsWith("resp_") ? told : `resp_${seed}`);
  const asked = own(context.request?.spelling);
  const echo = {
    ...defaults,
    ...asked,
    text: { format: { type: "text" }, ...objectOf(asked, "text") },
    tools: arrayOf(asked, "tools").map(wholeTool),
  };
  return {
    id,
    seed,
    write: (status, output, usage) => ({
      id,
      object: "response",
      created_at: createdS ?? context.nowS,
      status: status.status,
      background: false,
      completed_at: status.status === "completed" ? context.nowS : null,
      error: status.status === "failed" ? status.error : null,
      incomplete_details: status.status === "incomplete" ? { reason: status.reason } : null,
      model,
      output,
      previous_response_id: context.continues ?? null,
      store: context.kept !== undefined,
      service_tier: servedTier(serviceTier ?? "default"),
      ...echo,
      usage: usage === undefined ? null : writeUsage(usage),
    }),
  };
}

/** What holds where the client asked for nothing else. None may be missing: https://www.openresponses.org/specification */
const defaults: JsonObject = {
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  temperature: 1,
  tool_choice: "auto",
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
  user: null,
};

/** A function has these fields in an answer, whatever a request leaves out. */
function wholeTool(tool: Json): Json {
  const isFunction = isObject(tool) && tool.type === "function";
  return isFunction ? { description: null, parameters: null, strict: null, ...tool } : tool;
}

/** The status that a finish reason stands for. Never `completed` for an answer that may not be whole. */
export function statusOf(reason: FinishReason | undefined): ResponseStatus {
  switch (reason) {
    case "stop":
    case "stop-sequence":
    case "tool-calls":
    case "pause":
      return { status: "completed" };
    case "content-filter":
    case "refusal":
      return { status: "incomplete", reason: "content_filter" };
    case "length":
    case "context-length":
    case "other":
    case undefined:
      return { status: "incomplete", reason: "max_output_tokens" };
  }
}
