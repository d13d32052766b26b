import { isRecord } from "../fake-provider/reply.ts";
import { answerSchema, functionsOf, isPresent, refusesFields, refusesValues, schemasIn } from "./chat-body.ts";
import type { Body, Objection, Rule, Vendor } from "./rule.ts";

const oSeries = ["o1*", "o3*", "o4*"];
const gpt5 = ["gpt-5", "gpt-5-mini*", "gpt-5-nano*", "gpt-5-2*"];
/** Those that reason only when asked to. */
const reasonOnRequest = ["gpt-5.1*", "gpt-5.2*", "gpt-5.4*", "gpt-5.5*"];
const gpt56 = ["gpt-5.6*"];
const reasoning = [...oSeries, ...gpt5, ...reasonOnRequest, ...gpt56];
const search = ["gpt-4o-search-preview*", "gpt-4o-mini-search-preview*"];

const unsupported = (name: string): Objection => ({
  message: `Unsupported parameter: '${name}' is not supported with this model.`,
  param: name,
  code: "unsupported_parameter",
});

const efforts = {
  "o-series": [oSeries, ["low", "medium", "high"], "https://platform.openai.com/docs/guides/reasoning"],
  "gpt-5": [gpt5, ["minimal", "low", "medium", "high"], "https://github.com/sashirestela/simple-openai/pull/360"],
  "gpt-5.1": [["gpt-5.1*"], ["none", "low", "medium", "high"], "https://github.com/vercel/ai/pull/10940"],
  "gpt-5.2": [
    ["gpt-5.2*", "gpt-5.4*", "gpt-5.5*"],
    ["none", "low", "medium", "high", "xhigh"],
    "https://github.com/dimagi/open-chat-studio/issues/2571",
  ],
  "gpt-5.6": [gpt56, ["none", "low", "medium", "high", "xhigh"], "https://github.com/livekit/agents/pull/7169"],
} as const;

const effortRules: readonly Rule[] = Object.entries(efforts).map(([name, [models, allowed, source]]) => ({
  name: `effort-levels-of-${name}`,
  models,
  source,
  objects: refusesValues("reasoning_effort", allowed, (value) => ({
    message: `Unsupported value: 'reasoning_effort' does not support '${value}' with this model. Supported values are: ${allowed.map((level) => `'${level}'`).join(", ")}.`,
    param: "reasoning_effort",
    code: "unsupported_value",
  })),
}));

const limitRules: readonly Rule[] = [
  {
    name: "max-tokens",
    models: reasoning,
    source: "https://github.com/moeru-ai/airi/issues/2249",
    objects: refusesFields(["max_tokens"], (name) => ({
      ...unsupported(name),
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    })),
  },
  {
    name: "user-of-64-characters",
    source: "https://github.com/maximhq/bifrost/pull/1000",
    objects: ({ user }) =>
      typeof user === "string" && user.length > 64
        ? {
            message: `Invalid 'user': string too long. Expected a string with maximum length 64, but got a string with length ${user.length} instead.`,
            param: "user",
            code: "string_above_max_length",
          }
        : undefined,
  },
  {
    name: "metadata-without-store",
    source: "https://github.com/QwenLM/qwen-code/issues/243",
    objects: ({ metadata, store }) =>
      isPresent(metadata) && store !== true
        ? { message: "The 'metadata' parameter is only allowed when 'store' is enabled." }
        : undefined,
  },
];

const samplingRules: readonly Rule[] = [
  {
    name: "temperature",
    models: [...oSeries, ...gpt5],
    source: "https://github.com/griptape-ai/griptape/issues/1915",
    objects: refusesValues("temperature", [1], (value) => ({
      message: `Unsupported value: 'temperature' does not support ${value} with this model. Only the default (1) value is supported.`,
      param: "temperature",
      code: "unsupported_value",
    })),
  },
  {
    name: "sampling-while-reasoning",
    models: reasonOnRequest,
    source: "https://github.com/dimagi/open-chat-studio/issues/2571",
    objects: (body) => {
      if (!isPresent(body.reasoning_effort) || body.reasoning_effort === "none") return undefined;
      return refusesChanged(body, ["temperature", "top_p", "logprobs", "top_logprobs"]);
    },
  },
  {
    name: "top-p",
    models: [...oSeries, ...gpt5],
    source: "https://github.com/aandrew-me/tgpt/issues/333",
    objects: refusesFields(["top_p"], unsupported),
  },
  {
    name: "penalties",
    models: reasoning,
    source: "https://github.com/nextai-translator/nextai-translator/issues/1781",
    objects: (body) => refusesChanged(body, ["presence_penalty", "frequency_penalty"]),
  },
  {
    name: "logprobs",
    models: [...oSeries, ...gpt5],
    source: "https://community.openai.com/t/gpt-5-removed-parameters-logprob-top-p-temperature/1345768",
    objects: (body) => refusesChanged(body, ["logprobs", "top_logprobs", "logit_bias"]),
  },
  {
    name: "stop",
    models: ["o3", "o3-2*", "o4-mini*", ...gpt5, ...reasonOnRequest, ...gpt56],
    source: "https://github.com/BerriAI/litellm/pull/15244",
    objects: refusesFields(["stop"], unsupported),
  },
  {
    name: "sampling-of-search-models",
    models: search,
    source: "https://github.com/ChatGPTNextWeb/NextChat/issues/6569",
    objects: (body) => {
      const found = ["frequency_penalty", "presence_penalty", "temperature", "top_p"].filter((name) =>
        isPresent(body[name]),
      );
      return found.length > 0
        ? { message: `Model incompatible request argument supplied: ${found.join(", ")}` }
        : undefined;
    },
  },
];

const toolRules: readonly Rule[] = [
  {
    name: "parallel-tool-calls",
    models: oSeries,
    source: "https://github.com/evalstate/fast-agent/issues/279",
    objects: refusesFields(["parallel_tool_calls"], unsupported),
  },
  {
    name: "tools-while-reasoning",
    models: ["gpt-5.4*", "gpt-5.5*"],
    source: "https://github.com/pipecat-ai/pipecat/issues/4043",
    objects: (body, { model }) =>
      functionsOf(body).length > 0 && isPresent(body.reasoning_effort) && body.reasoning_effort !== "none"
        ? {
            message: `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. Please use /v1/responses instead.`,
            param: "reasoning_effort",
          }
        : undefined,
  },
  {
    name: "tools-unless-effort-is-none",
    models: gpt56,
    source: "https://github.com/BerriAI/litellm/pull/34569",
    objects: (body, { model }) =>
      functionsOf(body).length > 0 && body.reasoning_effort !== "none"
        ? {
            message: `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
            param: "reasoning_effort",
          }
        : undefined,
  },
  {
    name: "choices-at-the-top-of-a-schema",
    source: "https://github.com/langchain-ai/langchainjs/issues/9804",
    objects: (body) => {
      const index = functionsOf(body).findIndex(
        ({ parameters }) =>
          isRecord(parameters) && ["oneOf", "anyOf", "allOf", "enum", "not"].some((name) => name in parameters),
      );
      return index < 0
        ? undefined
        : {
            message: `Invalid schema for function '${functionsOf(body)[index]?.name}': schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.`,
            param: `tools[${index}].function.parameters`,
            code: "invalid_function_parameters",
          };
    },
  },
  {
    name: "effort-of-models-that-do-not-reason",
    models: ["gpt-4o*", "gpt-4.1*", "gpt-4-*", "gpt-3.5*"],
    source: "https://github.com/AAswordman/Operit/issues/1048",
    objects: refusesFields(["reasoning_effort"], (name) => ({
      message: `Unrecognized request argument supplied: ${name}`,
    })),
  },
  {
    name: "strict-schemas",
    source: "https://platform.openai.com/docs/guides/structured-outputs#supported-schemas",
    objects: (body) => {
      const format = answerSchema(body);
      if (format?.strict === true && !isClosed(format.schema))
        return openSchema("response_format", String(format.name));
      const open = functionsOf(body).find((one) => one.strict === true && !isClosed(one.parameters));
      return open === undefined ? undefined : openSchema("function", String(open.name));
    },
  },
];

function openSchema(where: string, name: string): Objection {
  return {
    message: `Invalid schema for ${where} '${name}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
    param: where === "function" ? "tools" : where,
    ...(where === "function" && { code: "invalid_function_parameters" }),
  };
}

/** Whether every object of a strict schema is closed, and asks for each of its properties. */
function isClosed(schema: unknown): boolean {
  return schemasIn(schema).every(({ schema: one }) => {
    if (one.type !== "object") return true;
    const properties = Object.keys(typeof one.properties === "object" ? (one.properties ?? {}) : {});
    const required: readonly unknown[] = Array.isArray(one.required) ? one.required : [];
    return one.additionalProperties === false && properties.every((name) => required.includes(name));
  });
}

/** Refuses a field unless it says what holds anyway. */
function refusesChanged(body: Body, names: readonly string[]): Objection | undefined {
  const defaults: Body = { temperature: 1, logprobs: false, presence_penalty: 0, frequency_penalty: 0 };
  const found = names.find((name) => isPresent(body[name]) && body[name] !== defaults[name]);
  return found === undefined ? undefined : unsupported(found);
}

export const openai: Vendor = {
  id: "openai",
  dialect: "openai-chat",
  models: [
    "gpt-4o",
    "gpt-4.1",
    "o3",
    "o3-mini",
    "o4-mini",
    "gpt-5",
    "gpt-5-mini",
    "gpt-5.1",
    "gpt-5.2",
    "gpt-5.4",
    "gpt-5.6-terra",
    "gpt-4o-search-preview",
  ],
  rules: [...limitRules, ...samplingRules, ...effortRules, ...toolRules],
  refusal: ({ message, param, code }) => ({
    status: 400,
    body: { error: { message, type: "invalid_request_error", param: param ?? null, code: code ?? null } },
  }),
};
