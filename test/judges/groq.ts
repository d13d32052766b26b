import { isRecord } from "../fake-provider/reply.ts";
import { answerSchema, isPresent, messagesOf, recordsOf, refusesFields, refusesValues } from "./chat-body.ts";
import type { Rule, Vendor } from "./rule.ts";

const openaiPage = "https://console.groq.com/docs/openai";
const reasoningPage = "https://console.groq.com/docs/reasoning";
/** Fields of messages beside those of the chat dialect that clients and other providers put there. */
const messageFields = [
  "reasoning_content",
  "cache_control",
  "thinking",
  "thinking_blocks",
  "reasoning_details",

  "name",
];

const rules: readonly Rule[] = [
  {
    name: "unsupported-fields",
    source: openaiPage,
    objects: refusesFields(["logit_bias", "top_logprobs"], unsupported),
  },
  {
    name: "logprobs",
    source: openaiPage,
    objects: ({ logprobs }) => (logprobs === true ? unsupported("logprobs") : undefined),
  },
  {
    name: "one-choice",
    source: openaiPage,
    objects: refusesValues("n", [1], () => ({ message: "'n' : number must be at most 1" })),
  },
  {
    name: "unknown-fields",
    source: "https://github.com/sipeed/picoclaw/pull/1196",
    objects: refusesFields(
      [
        "prompt_cache_key",
        "prompt_cache_retention",
        "reasoning",
        "thinking",
        "safety_identifier",
        "prediction",
        "verbosity",
      ],
      unsupported,
    ),
  },
  {
    name: "unknown-message-fields",
    source: "https://github.com/janhq/jan/issues/8136",
    objects: (body) => {
      for (const [index, message] of messagesOf(body).entries()) {
        const name = messageFields.find((field) => field in message && !(field === "name" && message.role === "tool"));
        if (name !== undefined) return inMessage(index, String(message.role), name);
      }
      return undefined;
    },
  },
  {
    name: "cache-markers",
    source: "https://github.com/musistudio/claude-code-router/issues/193",
    objects: (body) => {
      const index = messagesOf(body).findIndex(({ content }) =>
        recordsOf(content).some((part) => "cache_control" in part),
      );
      if (index >= 0) return inMessage(index, String(messagesOf(body)[index]?.role), "cache_control");
      return recordsOf(body.tools).some((tool) => "cache_control" in tool) ? unsupported("cache_control") : undefined;
    },
  },
  {
    name: "effort-of-models-that-do-not-reason",
    models: ["llama*", "moonshotai/*", "meta-llama/*"],
    source: reasoningPage,
    objects: refusesFields(["reasoning_effort"], (name) => ({
      message: `\`${name}\` is not supported with this model`,
      param: name,
    })),
  },
  {
    name: "effort-levels-of-gpt-oss",
    models: ["openai/gpt-oss*"],
    source: reasoningPage,
    objects: refusesValues("reasoning_effort", ["low", "medium", "high"], () => ({
      message: "`reasoning_effort` must be one of `low`, `medium`, or `high`",
      param: "reasoning_effort",
    })),
  },
  {
    name: "effort-levels-of-qwen",
    models: ["qwen/qwen3-32b"],
    source: "https://github.com/vercel/ai/pull/7731",
    objects: refusesValues("reasoning_effort", ["none", "default"], () => ({
      message: "`reasoning_effort` must be one of `none` or `default`",
      param: "reasoning_effort",
    })),
  },
  {
    name: "json-schema",
    models: ["llama*"],
    source: "https://console.groq.com/docs/structured-outputs",
    objects: (body) =>
      isPresent(answerSchema(body))
        ? {
            message:
              "This model does not support response format `json_schema`. See supported models at https://console.groq.com/docs/structured-outputs#supported-models",
            param: "response_format",
          }
        : undefined,
  },
  {
    name: "json-mode-names-json",
    source: "https://console.groq.com/docs/structured-outputs#json-object-mode",
    objects: (body) =>
      isRecord(body.response_format) &&
      body.response_format.type === "json_object" &&
      !JSON.stringify(body.messages).toLowerCase().includes("json")
        ? {
            message:
              "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
          }
        : undefined,
  },
];

function unsupported(name: string) {
  return { message: `property '${name}' is unsupported` };
}

function inMessage(index: number, role: string, name: string) {
  const at = `messages.${index}`;
  return {
    message: `'${at}' : for 'role:${role}' the following must be satisfied[('${at}' : property '${name}' is unsupported)]`,
  };
}

export const groq: Vendor = {
  id: "groq",
  dialect: "openai-chat",
  models: ["llama-3.3-70b-versatile", "openai/gpt-oss-120b", "qwen/qwen3-32b"],
  rules,
  refusal: ({ message, param }) => ({
    status: 400,
    body: { error: { message, type: "invalid_request_error", ...(param !== undefined && { param }) } },
  }),
};
