import { isRecord } from "../fake-provider/reply.ts";
import { callsOf, messagesOf, refusesFields, refusesValues } from "./chat-body.ts";
import type { Body, Rule, Vendor } from "./rule.ts";

const page = "https://ai.google.dev/gemini-api/docs/openai";

// Gemini behind its OpenAI surface.
const rules: readonly Rule[] = [
  {
    name: "penalties",
    source: "https://github.com/n4ze3m/page-assist/issues/418",
    objects: refusesFields(["frequency_penalty", "presence_penalty"], unknownName),
  },
  {
    name: "unknown-fields",
    source: "https://github.com/MinLL/SkyrimNet-GamePlugin/issues/77",
    objects: refusesFields(
      ["reasoning", "top_k", "thinking", "prompt_cache_key", "logit_bias", "safety_identifier"],
      unknownName,
    ),
  },
  {
    name: "what-is-kept",
    source: "https://github.com/ed-donner/agents/issues/45",
    objects: refusesFields(["metadata", "store"], unknownName),
  },
  {
    name: "thought-signatures",
    models: ["gemini-3*"],
    source: "https://ai.google.dev/gemini-api/docs/thought-signatures",
    objects: (body) => {
      const messages = messagesOf(body);
      const turn = messages.slice(messages.findLastIndex(({ role }) => role === "user") + 1);
      const unsigned = turn.find((message) => callsOf(message).length > 0 && !isSigned(callsOf(message)[0]));
      return unsigned === undefined
        ? undefined
        : {
            message:
              "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance.",
          };
    },
  },
  {
    name: "effort-levels",
    source: page,
    objects: refusesValues("reasoning_effort", ["none", "minimal", "low", "medium", "high"], (value) => ({
      message: `Invalid value at 'reasoning_effort': "${value}"`,
    })),
  },
  {
    name: "always-reasons",
    models: ["gemini-2.5-pro*", "gemini-3*"],
    source: page,
    objects: ({ reasoning_effort }) =>
      reasoning_effort === "none"
        ? { message: "Budget 0 is invalid. This model only works in thinking mode." }
        : undefined,
  },
];

function isSigned(call: Body | undefined): boolean {
  const google = isRecord(call?.extra_content) ? call.extra_content.google : undefined;
  return isRecord(google) && typeof google.thought_signature === "string" && google.thought_signature !== "";
}

function unknownName(name: string) {
  return { message: `Invalid JSON payload received. Unknown name "${name}": Cannot find field.` };
}

export const gemini: Vendor = {
  id: "gemini",
  dialect: "openai-chat",
  models: ["gemini-2.5-flash", "gemini-2.5-pro", "gemini-3-pro-preview"],
  rules,
  refusal: ({ message }) => ({
    status: 400,
    body: [{ error: { code: 400, message, status: "INVALID_ARGUMENT" } }],
  }),
};
