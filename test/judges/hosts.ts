import { isRecord } from "../fake-provider/reply.ts";
import { messagesOf, refusesValues } from "./chat-body.ts";
import type { Rule, Vendor } from "./rule.ts";

// Those who serve other makers' models: they tolerate most, so a few rules each.

const fireworksRules: readonly Rule[] = [
  {
    name: "long-answers-are-streamed",
    source: "https://github.com/nextlevelbuilder/goclaw/pull/660",
    objects: ({ max_tokens, stream }) =>
      typeof max_tokens === "number" && max_tokens > 4096 && stream !== true
        ? { message: "Requests with max_tokens > 4096 must have stream=true" }
        : undefined,
  },
];

export const fireworks: Vendor = {
  id: "fireworks",
  dialect: "openai-chat",
  models: ["accounts/fireworks/models/kimi-k2-instruct-0905"],
  rules: fireworksRules,
  refusal: ({ message }) => ({
    status: 400,
    body: { error: { object: "error", type: "invalid_request_error", code: "invalid_request_error", message } },
  }),
};

const togetherPage = "https://docs.together.ai/reference/chat-completions-1";
const togetherRules: readonly Rule[] = [
  {
    name: "roles",
    source: togetherPage,
    objects: (body) => {
      const known = ["system", "user", "assistant", "tool", "function"];
      const found = messagesOf(body).find(({ role }) => !known.includes(String(role)));
      return found === undefined ? undefined : { message: `Input validation error: invalid role: ${found.role}` };
    },
  },
  {
    name: "effort-levels",
    source: togetherPage,
    objects: refusesValues("reasoning_effort", ["low", "medium", "high"], (value) => ({
      message: `Input validation error: reasoning_effort: ${value}`,
      param: "reasoning_effort",
    })),
  },
];

export const together: Vendor = {
  id: "together",
  dialect: "openai-chat",
  models: ["openai/gpt-oss-120b"],
  rules: togetherRules,
  refusal: ({ message, param }) => ({
    status: 400,
    body: { id: "nthfake", error: { message, type: "invalid_request_error", param: param ?? null, code: null } },
  }),
};

const openrouterRules: readonly Rule[] = [
  {
    name: "effort-or-budget",
    source: "https://openrouter.ai/docs/guides/best-practices/reasoning-tokens",
    objects: ({ reasoning }) =>
      isRecord(reasoning) && reasoning.effort !== undefined && reasoning.max_tokens !== undefined
        ? { message: 'Only one of "reasoning.effort" and "reasoning.max_tokens" can be specified' }
        : undefined,
  },
];

export const openrouter: Vendor = {
  id: "openrouter",
  dialect: "openai-chat",
  models: ["anthropic/claude-sonnet-4.5", "openai/gpt-5"],
  rules: openrouterRules,
  refusal: ({ message }) => ({ status: 400, body: { error: { message, code: 400 }, user_id: "user_fake" } }),
};
