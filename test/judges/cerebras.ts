import { messagesOf, recordsOf, refusesFields, refusesValues } from "./chat-body.ts";
import type { Rule, Vendor } from "./rule.ts";

const openaiPage = "https://inference-docs.cerebras.ai/resources/openai";
const messageFields = ["reasoning_content", "cache_control", "thinking", "thinking_blocks", "reasoning_details"];

const rules: readonly Rule[] = [
  {
    name: "unsupported-fields",
    source: openaiPage,
    objects: refusesFields(["frequency_penalty", "logit_bias", "presence_penalty", "service_tier"], (name) =>
      unsupported(name),
    ),
  },
  {
    name: "unknown-fields",
    source: "https://docs.getbifrost.ai/providers/supported-providers/cerebras",
    objects: refusesFields(
      ["prompt_cache_key", "verbosity", "store", "metadata", "thinking", "reasoning"],
      unsupported,
    ),
  },
  {
    name: "unknown-message-fields",
    source: "https://github.com/CherryHQ/cherry-studio/issues/16790",
    objects: (body) => {
      for (const [index, message] of messagesOf(body).entries()) {
        const name =
          messageFields.find((field) => field in message) ??
          (recordsOf(message.content).some((part) => "cache_control" in part) ? "content.cache_control" : undefined);
        if (name !== undefined) return unsupported(`messages.${index}.${message.role}.${name}`);
      }
      return undefined;
    },
  },
  {
    name: "effort-levels-of-gpt-oss",
    models: ["gpt-oss*"],
    source: "https://inference-docs.cerebras.ai/capabilities/reasoning",
    objects: refusesValues("reasoning_effort", ["low", "medium", "high"], (value) => ({
      message: `reasoning_effort: value '${value}' is not supported`,
    })),
  },
];

function unsupported(path: string) {
  return { message: `${path}: property '${path}' is unsupported` };
}

export const cerebras: Vendor = {
  id: "cerebras",
  dialect: "openai-chat",
  models: ["gpt-oss-120b"],
  rules,
  refusal: ({ message }) => ({
    status: 400,
    body: { message, type: "invalid_request_error", param: "validation_error", code: "wrong_api_format" },
  }),
};
