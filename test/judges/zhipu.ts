import { isRecord } from "../fake-provider/reply.ts";
import { functionsOf, isPresent, messagesOf, refusesFields, refusesValues } from "./chat-body.ts";
import type { Rule, Vendor } from "./rule.ts";

const formatter = "https://java.agentscope.io/v2/en/integration/model/glm";

const rules: readonly Rule[] = [
  {
    name: "unsupported-fields",
    source: formatter,
    objects: refusesFields(
      ["frequency_penalty", "presence_penalty", "stream_options", "max_completion_tokens"],
      (name) => wrong(name),
    ),
  },
  {
    name: "tool-choice",
    source: formatter,
    objects: ({ tool_choice }) =>
      isPresent(tool_choice) && tool_choice !== "auto" && tool_choice !== "none" ? wrong("tool_choice") : undefined,
  },
  {
    name: "temperature",
    source: formatter,
    objects: ({ temperature }) =>
      typeof temperature === "number" && temperature > 1 ? wrong("temperature") : undefined,
  },
  {
    name: "strict-tools",
    source: formatter,
    objects: (body) => (functionsOf(body).some((one) => "strict" in one) ? wrong("tools") : undefined),
  },
  {
    name: "roles",
    source: formatter,
    objects: (body) =>
      messagesOf(body).some(({ role }) => !["system", "user", "assistant", "tool"].includes(String(role)))
        ? wrong("messages")
        : undefined,
  },
  {
    name: "thinking-cannot-be-off",
    models: ["glm-5.3*"],
    source: "https://dev.to/aihubmix/glm-53-api-guide-always-on-thinking-3-effort-levels-and-the-support-matrix-1d8e",
    objects: ({ thinking }) => (isRecord(thinking) && thinking.type === "disabled" ? wrong("thinking") : undefined),
  },
  {
    name: "effort-levels",
    models: ["glm-5.3*"],
    source: "https://dev.to/aihubmix/glm-53-api-guide-always-on-thinking-3-effort-levels-and-the-support-matrix-1d8e",
    objects: refusesValues("reasoning_effort", ["low", "high", "max"], () => wrong("reasoning_effort")),
  },
];

function wrong(name: string) {
  return { message: `API 调用参数有误，请检查文档。Invalid API parameter: ${name}`, code: "1210" };
}

export const zhipu: Vendor = {
  id: "zhipu",
  dialect: "openai-chat",
  models: ["glm-4.6", "glm-5.3"],
  rules,
  refusal: ({ message, code }) => ({ status: 400, body: { error: { code, message } } }),
};
