import { isRecord } from "../fake-provider/reply.ts";
import { callsOf, forcesTool, messagesOf, recordsOf } from "./chat-body.ts";
import type { Body, Rule, Vendor } from "./rule.ts";

const reasoners = ["deepseek-reasoner", "deepseek-v4*"];
/** Roles and kinds of part that the server's own types name. */
const roles = ["system", "user", "assistant", "tool"];

const rules: readonly Rule[] = [
  {
    name: "content-lists",
    source: "https://github.com/QwenLM/qwen-code/issues/2158",
    objects: (body) => {
      const index = messagesOf(body).findIndex(({ content }) => Array.isArray(content));
      return index < 0
        ? undefined
        : { message: deserialize(`messages[${index}]: invalid type: sequence, expected a string at line 1 column 1`) };
    },
  },
  {
    name: "roles",
    source: "https://api-docs.deepseek.com/api/create-chat-completion",
    objects: (body) => {
      const [index, message] = messagesOf(body)
        .entries()
        .find(([, { role }]) => !roles.includes(String(role))) ?? [0];
      if (message === undefined) return undefined;
      const known = roles.map((role) => `\`${role}\``).join(", ");
      return {
        message: deserialize(`messages[${index}].role: unknown variant \`${message.role}\`, expected one of ${known}`),
      };
    },
  },
  {
    name: "json-schema",
    source: "https://github.com/EvoScientist/EvoScientist/issues/348",
    objects: ({ response_format }) =>
      isRecord(response_format) && response_format.type === "json_schema"
        ? { message: "This response_format type is unavailable now" }
        : undefined,
  },
  {
    name: "max-tokens-of-chat",
    models: ["deepseek-chat"],
    source: "https://github.com/router-for-me/CLIProxyAPI/issues/599",
    objects: outputUpTo(8192),
  },
  {
    name: "max-tokens-of-reasoner",
    models: ["deepseek-reasoner"],
    source: "https://github.com/Aider-AI/aider/pull/4125",
    objects: outputUpTo(65_536),
  },
  {
    name: "forced-tools-while-thinking",
    models: reasoners,
    source: "https://github.com/deepseek-ai/DeepSeek-V3/issues/1376",
    objects: (body) =>
      thinks(body) && forcesTool(body) ? { message: "Thinking mode does not support this tool_choice" } : undefined,
  },
  {
    name: "reasoning-of-tool-turns",
    models: reasoners,
    source: "https://github.com/anomalyco/opencode/issues/24722",
    objects: (body) =>
      thinks(body) &&
      messagesOf(body).some((message) => callsOf(message).length > 0 && typeof message.reasoning_content !== "string")
        ? { message: "The `reasoning_content` in the thinking mode must be passed back to the API." }
        : undefined,
  },
  {
    name: "logprobs-of-reasoner",
    models: ["deepseek-reasoner"],
    source: "https://api-docs.deepseek.com/guides/reasoning_model",
    objects: ({ logprobs, top_logprobs }) =>
      logprobs === true || top_logprobs !== undefined
        ? { message: "deepseek-reasoner does not support logprobs" }
        : undefined,
  },
  {
    name: "tools-are-functions",
    source: "https://api-docs.deepseek.com/api/create-chat-completion",
    objects: (body) => {
      const index = recordsOf(body.tools).findIndex(({ type }) => type !== "function");
      return index < 0
        ? undefined
        : { message: deserialize(`tools[${index}].type: unknown variant, expected \`function\``) };
    },
  },
];

function outputUpTo(most: number): Rule["objects"] {
  return ({ max_tokens }) =>
    typeof max_tokens === "number" && (max_tokens < 1 || max_tokens > most)
      ? { message: `Invalid max_tokens value, the valid range of max_tokens is [1, ${most}]` }
      : undefined;
}

function thinks({ thinking }: Body): boolean {
  return !(isRecord(thinking) && thinking.type === "disabled");
}

function deserialize(what: string): string {
  return `Failed to deserialize the JSON body into the target type: ${what}`;
}

export const deepseek: Vendor = {
  id: "deepseek",
  dialect: "openai-chat",
  models: ["deepseek-chat", "deepseek-reasoner", "deepseek-v4-pro"],
  rules,
  refusal: ({ message }) => ({
    status: 400,
    body: { error: { message, type: "invalid_request_error", param: null, code: "invalid_request_error" } },
  }),
};
