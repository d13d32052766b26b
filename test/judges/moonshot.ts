import { isRecord } from "../fake-provider/reply.ts";
import { callsOf, forcesTool, isPresent, messagesOf } from "./chat-body.ts";
import type { Body, Rule, Vendor } from "./rule.ts";

const alwaysReason = ["kimi-k2-thinking*", "kimi-k2.7*", "kimi-k3*"];
const reasoners = [...alwaysReason, "kimi-k2.5*", "kimi-k2.6*"];

const rules: readonly Rule[] = [
  {
    name: "fixed-sampling",
    models: ["kimi-k2.5*", "kimi-k2.6*", "kimi-k2.7*", "kimi-k3*"],
    source: "https://github.com/BerriAI/litellm/pull/29687",
    objects: (body) => {
      if (isPresent(body.temperature) && body.temperature !== 1)
        return { message: "invalid temperature: only 1 is allowed for this model" };
      return isPresent(body.top_p) && body.top_p !== 0.95
        ? { message: "invalid top_p: only 0.95 is allowed for this model" }
        : undefined;
    },
  },
  {
    name: "temperature",
    models: ["kimi-k2-thinking*", "kimi-k2-0905*"],
    source: "https://platform.moonshot.cn/docs/guide/migrating-from-openai-to-kimi",
    objects: ({ temperature }) =>
      typeof temperature === "number" && temperature > 1
        ? { message: "invalid temperature: the valid range is [0, 1]" }
        : undefined,
  },
  {
    name: "reasoning-of-calls",
    models: reasoners,
    source: "https://github.com/theopenco/llmgateway/pull/2093",
    objects: (body) => {
      const index = messagesOf(body).findIndex(
        (message) => callsOf(message).length > 0 && !isPresentText(message.reasoning_content),
      );
      return index < 0 || !thinks(body)
        ? undefined
        : {
            message: `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${index}`,
          };
    },
  },
  {
    name: "forced-tools-while-thinking",
    models: reasoners,
    source: "https://gitcode.com/tonyliux/oh-my-pi/blob/main/packages/ai/test/issue-827-repro.test.ts",
    objects: (body) =>
      thinks(body) && forcesTool(body)
        ? { message: "tool_choice 'specified' is incompatible with thinking enabled" }
        : undefined,
  },
  {
    name: "always-thinks",
    models: alwaysReason,
    source: "https://docs.rs/synaps-engine/0.7.0/src/agent_engine/runtime/openai/catalog/kimi.rs.html",
    objects: (body) => (thinks(body) ? undefined : { message: "invalid thinking: only type=enabled is allowed" }),
  },
];

function thinks({ thinking }: Body): boolean {
  return !(isRecord(thinking) && thinking.type === "disabled");
}

function isPresentText(text: unknown): boolean {
  return typeof text === "string" && text !== "";
}

export const moonshot: Vendor = {
  id: "moonshot",
  dialect: "openai-chat",
  models: ["kimi-k2-0905-preview", "kimi-k2-thinking", "kimi-k2.6", "kimi-k3"],
  rules,
  refusal: ({ message }) => ({ status: 400, body: { error: { message, type: "invalid_request_error" } } }),
};
