import { callsOf, isPresent, messagesOf, refusesFields } from "./chat-body.ts";
import type { Rule, Vendor } from "./rule.ts";

const roles = ["system", "user", "assistant"];

const rules: readonly Rule[] = [
  {
    name: "tools",
    source: "https://github.com/pipecat-ai/pipecat/pull/4862",
    objects: refusesFields(["tools"], () => ({ message: "Tool calling is not supported for this model" })),
  },
  {
    name: "roles-and-content",
    source: "https://github.com/BerriAI/litellm/issues/11665",
    objects: (body) => {
      for (const [index, message] of messagesOf(body).entries()) {
        if (!roles.includes(String(message.role)))
          return {
            message: `["At body -> messages -> ${index} -> role: Input should be 'system', 'user' or 'assistant'"]`,
          };
        if (!isPresent(message.content) || callsOf(message).length > 0)
          return { message: `["At body -> messages -> ${index} -> content: Field required"]` };
      }
      return undefined;
    },
  },
  {
    name: "alternating-roles",
    source: "https://github.com/perplexityai/api-discussion/issues/265",
    objects: (body) => {
      const all = messagesOf(body).map(({ role }) => role);
      const turns = all.slice(all.findIndex((role) => role !== "system"));
      const repeated = turns.some((role, index) => role === "system" || (index > 0 && role === turns[index - 1]));
      return repeated
        ? {
            message: "After the (optional) system message(s), user and assistant roles should be alternating.",
            type: "invalid_message",
          }
        : undefined;
    },
  },
];

export const perplexity: Vendor = {
  id: "perplexity",
  dialect: "openai-chat",
  models: ["sonar", "sonar-reasoning-pro"],
  rules,
  refusal: ({ message, type }) => ({
    status: 400,
    body: { error: { message, type: type ?? "bad_request", code: 400 } },
  }),
};
