import { isPresent, messagesOf, refusesFields, refusesValues } from "./chat-body.ts";
import type { Rule, Vendor } from "./rule.ts";

const penaltySource = "https://github.com/open-webui/open-webui/issues/21266";
const effortPage = "https://docs.x.ai/developers/model-capabilities/text/reasoning";
/** xAI names the fields as its own protocol does. */
const ownNames: { readonly [name: string]: string } = {
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
  stop: "stop",
  reasoning_effort: "reasoningEffort",
};

const reasoners = ["grok-3-mini*", "grok-4*", "grok-code*"];
/** Those whose effort can be asked for, and the levels. */
const levels = {
  "grok-3-mini": ["low", "high"],
  "grok-4.3": ["none", "low", "medium", "high"],
  "grok-4.5": ["low", "medium", "high"],
} as const;

const rules: readonly Rule[] = [
  {
    name: "penalties",
    models: reasoners,
    source: penaltySource,
    objects: refusesFields(["presence_penalty", "frequency_penalty"], unsupported),
  },
  {
    name: "stop",
    models: [
      "grok-3-mini*",
      "grok-4",
      "grok-4-0709",
      "grok-4-1-fast-reasoning",
      "grok-4.20-0309-reasoning",
      "grok-code*",
    ],
    source: "https://docs.x.ai/docs/guides/reasoning",
    objects: refusesFields(["stop"], unsupported),
  },
  {
    name: "effort",
    models: ["grok-3", "grok-4", "grok-4-*", "grok-4.20*", "grok-code*"],
    source: "https://github.com/BerriAI/litellm/pull/16265",
    objects: refusesFields(["reasoning_effort"], unsupported),
  },
  ...Object.entries(levels).map(
    ([model, allowed]): Rule => ({
      name: `effort-levels-of-${model}`,
      models: [`${model}*`],
      source: effortPage,
      objects: refusesValues("reasoning_effort", allowed, (_value, model) => unsupported("reasoning_effort", model)),
    }),
  ),
  {
    name: "messages-without-content",
    source: "https://github.com/langchain-ai/langchain/issues/34140",
    objects: (body) =>
      messagesOf(body).some(({ content }) => !isPresent(content) || (Array.isArray(content) && content.length === 0))
        ? { message: "Invalid request content: Each message must have at least one content element." }
        : undefined,
  },
];

function unsupported(name: string, model: string) {
  return { message: `Model ${model} does not support parameter ${ownNames[name] ?? name}.` };
}

export const xai: Vendor = {
  id: "xai",
  dialect: "openai-chat",
  models: [
    "grok-3",
    "grok-3-mini",
    "grok-4",
    "grok-4-1-fast-reasoning",
    "grok-4.3",
    "grok-4.5",
    "grok-4.20-0309-non-reasoning",
  ],
  rules,
  refusal: ({ message }) => ({
    status: 400,
    body: { code: "Client specified an invalid argument", error: message },
  }),
};
