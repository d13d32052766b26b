import type { Rule, Vendor } from "./rule.ts";

const rules: readonly Rule[] = [
  {
    name: "whole-answers-without-thinking",
    models: ["qwen3-32b", "qwen3-235b-a22b"],
    source: "https://github.com/langchain4j/langchain4j/issues/3974",
    objects: ({ enable_thinking, stream }) =>
      stream !== true && enable_thinking !== false
        ? { message: "parameter.enable_thinking must be set to false for non-streaming calls" }
        : undefined,
  },
];

export const alibaba: Vendor = {
  id: "alibaba",
  dialect: "openai-chat",
  models: ["qwen-plus", "qwen3-32b"],
  rules,
  refusal: ({ message }) => ({
    status: 400,
    body: { error: { code: "invalid_parameter_error", message, param: null, type: "invalid_request_error" } },
  }),
};
