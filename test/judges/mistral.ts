import { callsOf, isPresent, messagesOf, recordsOf, refusesValues } from "./chat-body.ts";
import type { Body, Objection, Rule, Vendor } from "./rule.ts";

const description = "https://docs.mistral.ai/api/#tag/chat/operation/chat_completion_v1_chat_completions_post";
const validator =
  "https://github.com/mistralai/mistral-common/blob/main/src/mistral_common/protocol/instruct/validator.py";

const bodyFields = words(
  "frequency_penalty guardrails max_tokens messages metadata model n parallel_tool_calls prediction presence_penalty " +
    "prompt_cache_key prompt_mode random_seed reasoning_effort response_format safe_prompt service_tier stop stream " +
    "temperature tool_choice tools top_p",
);
const messageFields: { readonly [role: string]: readonly string[] } = {
  system: words("content role"),
  user: words("content role"),
  assistant: words("content prefix role tool_calls"),
  tool: words("content name role tool_call_id"),
};
/** Which role may follow which. */
const followers: { readonly [role: string]: readonly string[] } = {
  system: ["user", "assistant", "system"],
  user: ["assistant", "system", "user"],
  assistant: ["assistant", "user", "tool"],
  tool: ["assistant", "tool"],
};

const rules: readonly Rule[] = [
  {
    name: "unknown-fields",
    source: "https://github.com/editor-code-assistant/eca/issues/231",
    objects: (body) => {
      const name = Object.keys(body).find((key) => !bodyFields.includes(key));
      return name === undefined ? undefined : extra(["body", name]);
    },
  },
  {
    name: "roles",
    source: description,
    objects: (body) => {
      const index = messagesOf(body).findIndex(({ role }) => messageFields[String(role)] === undefined);
      return index < 0
        ? undefined
        : {
            status: 422,
            message:
              "Input tag found using 'role' does not match any of the expected tags: 'system', 'user', 'assistant', 'tool'",
            type: "union_tag_invalid",
            at: ["body", "messages", index],
          };
    },
  },
  {
    name: "unknown-message-fields",
    source: "https://github.com/charmbracelet/crush/issues/1590",
    objects: (body) => {
      for (const [index, message] of messagesOf(body).entries()) {
        const role = String(message.role);
        const name = Object.keys(message).find((key) => !messageFields[role]?.includes(key));
        if (name !== undefined) return extra(["body", "messages", index, role, name]);
      }
      return undefined;
    },
  },
  {
    name: "documents",
    source: "https://docs.rs/crate/mistral-openapi-client/latest/source/docs/Content2.md",
    objects: (body) => {
      for (const [index, message] of messagesOf(body).entries()) {
        const part = recordsOf(message.content).findIndex(
          ({ type, file_id }) => type === "file" && !isPresent(file_id),
        );
        if (part >= 0) return missing(["body", "messages", index, String(message.role), "content", part, "file_id"]);
      }
      return undefined;
    },
  },
  {
    name: "message-order",
    source: validator,
    objects: (body) => {
      const roles = messagesOf(body).map(({ role }) => String(role));
      const index = roles.findIndex((role, at) => at > 0 && !followers[roles[at - 1] ?? ""]?.includes(role));
      return index < 0 ? undefined : order(`Unexpected role '${roles[index]}' after role '${roles[index - 1]}'`);
    },
  },
  {
    name: "last-message",
    source: "https://github.com/0xPlaygrounds/rig/pull/1130",
    objects: (body) => {
      const last = messagesOf(body).at(-1);
      return last?.role === "assistant" && last.prefix !== true
        ? order("Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant")
        : undefined;
    },
  },
  {
    name: "call-ids",
    source: "https://github.com/avante-corp/avante.nvim/pull/2951",
    objects: (body) => {
      const ids = messagesOf(body).flatMap((message) => [
        ...callsOf(message).map(({ id }) => String(id)),
        ...(message.role === "tool" ? [String(message.tool_call_id)] : []),
      ]);
      const bad = ids.find((id) => !/^[a-zA-Z0-9]{9}$/.test(id));
      return bad === undefined
        ? undefined
        : {
            message: `Tool call id was ${bad} but must be a-z, A-Z, 0-9, with a length of 9.`,
            type: "invalid_function_call",
            code: "3280",
          };
    },
  },
  {
    name: "results-for-calls",
    source: validator,
    objects: (body) => {
      let open = 0;
      for (const message of messagesOf(body)) {
        if (message.role === "tool") open -= 1;
        else if (message.role === "assistant" && open !== 0) return order(unequal);
        else if (message.role === "assistant") open = callsOf(message).length;
      }
      return open === 0 ? undefined : order(unequal);
    },
  },
  {
    name: "assistant-says-something",
    source: validator,
    objects: (body) =>
      messagesOf(body).some((one) => one.role === "assistant" && !hasContent(one) && callsOf(one).length === 0)
        ? { message: "Assistant message must have either content or tool_calls, but not none.", code: "3240" }
        : undefined,
  },
  {
    name: "effort",
    models: ["mistral-large*", "codestral*", "devstral*", "ministral*"],
    source: "https://github.com/NousResearch/hermes-agent/issues/11243",
    objects: ({ reasoning_effort }) =>
      isPresent(reasoning_effort)
        ? {
            message: "Reasoning effort is not enabled for this model",
            type: "invalid_request_invalid_args",
            code: "3051",
          }
        : undefined,
  },
  {
    name: "effort-levels",
    models: ["mistral-small*", "mistral-medium*", "magistral*"],
    source: "https://github.com/anomalyco/models.dev/pull/1986",
    objects: refusesValues("reasoning_effort", ["none", "high"], (value) => ({
      message: `reasoning_effort ${value} is not supported by this model`,
      type: "invalid_request_invalid_args",
      code: "3051",
    })),
  },
];

const unequal = "Not the same number of function calls and responses";

function words(text: string): readonly string[] {
  return text.split(" ");
}

function extra(at: readonly (string | number)[]): Objection {
  return { status: 422, message: "Extra inputs are not permitted", type: "extra_forbidden", at };
}

function missing(at: readonly (string | number)[]): Objection {
  return { status: 422, message: "Field required", type: "missing", at };
}

function order(message: string): Objection {
  return { message, type: "invalid_request_message_order", code: "3230" };
}

function hasContent({ content }: Body): boolean {
  return Array.isArray(content) ? content.length > 0 : content !== "" && isPresent(content);
}

export const mistral: Vendor = {
  id: "mistral",
  dialect: "openai-chat",
  models: ["mistral-large-latest", "mistral-small-latest", "magistral-medium-latest", "codestral-latest"],
  rules,
  refusal: ({ status, message, type, code, at }) => ({
    status: status ?? 400,
    body:
      status === 422
        ? {
            object: "error",
            message: { detail: [{ type, loc: at, msg: message, input: null }] },
            type: "invalid_request_error",
            param: null,
            code: null,
          }
        : { object: "error", message, type: type ?? "invalid_request_error", param: null, code: code ?? null },
  }),
};
