import { fakeModels, refuse } from "./dialect.ts";
import { isRecord } from "./reply.ts";

/** Refuses what OpenAI refuses, in its words, so that a gateway's mistakes fail here rather than at a customer's. */
export function checkChatRequest(body: { readonly [key: string]: unknown }): void {
  if (typeof body.model !== "string") refuse(400, "you must provide a model parameter");
  if (!fakeModels.some((model) => model === body.model))
    refuse(404, `The model \`${body.model}\` does not exist or you do not have access to it.`, "model_not_found");
  checkChatForm(body);
}

/** What holds for every model of OpenAI's. */
export function checkChatForm(body: { readonly [key: string]: unknown }): void {
  // What Mistral takes and OpenAI does not: its rules are those of its judge.
  if (body.model === "fake-mistral") return;
  for (const name of Object.keys(body)) {
    if (!knownFields.has(name)) refuse(400, `Unknown parameter: '${name}'.`, "unknown_parameter", name);
    if (body[name] === null && !nullable.has(name))
      refuse(400, `Invalid type for '${name}': got null instead.`, "invalid_type", name);
  }
  if (!Array.isArray(body.messages))
    refuse(400, "Missing required parameter: 'messages'.", "missing_required_parameter", "messages");
  if (body.messages.length === 0)
    refuse(
      400,
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      "empty_array",
      "messages",
    );
  checkOptions(body);
  checkTools(body);
  checkMessages(body.messages);
}

const knownFields = new Set(
  (
    "messages model stream stream_options temperature top_p n stop max_tokens max_completion_tokens presence_penalty frequency_penalty logit_bias logprobs " +
    "top_logprobs user safety_identifier prompt_cache_key prompt_cache_retention seed tools tool_choice parallel_tool_calls response_format reasoning_effort " +
    "verbosity modalities audio prediction service_tier store metadata web_search_options functions function_call"
  ).split(" "),
);
const nullable = new Set(
  "stream stream_options temperature top_p n stop max_tokens max_completion_tokens presence_penalty frequency_penalty logit_bias logprobs top_logprobs seed service_tier store metadata reasoning_effort verbosity audio modalities prediction".split(
    " ",
  ),
);

type Body = { readonly [key: string]: unknown };

function checkOptions(body: Body): void {
  if (body.stream_options !== undefined && body.stream_options !== null && body.stream !== true) {
    refuse(
      400,
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      undefined,
      "stream_options",
    );
  }
  if (typeof body.max_tokens === "number" && typeof body.max_completion_tokens === "number") {
    refuse(
      400,
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      "invalid_parameter_combination",
    );
  }
  checkRange(body, "temperature", 0, 2);
  checkRange(body, "top_p", 0, 1);
  checkRange(body, "n", 1, 128);
  checkRange(body, "max_completion_tokens", 1, 1_000_000);
  checkRange(body, "max_tokens", 1, 1_000_000);
  if (Array.isArray(body.stop) && body.stop.length > 4) {
    refuse(
      400,
      `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${body.stop.length} instead.`,
      "array_above_max_length",
      "stop",
    );
  }
  if (body.top_logprobs !== undefined && body.logprobs !== true)
    refuse(400, "'top_logprobs' is only allowed when 'logprobs' is enabled.", undefined, "top_logprobs");
  const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
  if (typeof body.reasoning_effort === "string" && !efforts.includes(body.reasoning_effort)) {
    refuse(400, `Invalid value: '${body.reasoning_effort}'.`, "invalid_value", "reasoning_effort");
  }
}

function checkRange(body: Body, name: string, min: number, max: number): void {
  const value = body[name];
  if (value === undefined || value === null) return;
  if (typeof value !== "number")
    refuse(
      400,
      `Invalid type for '${name}': expected a number, but got ${typeof value} instead.`,
      "invalid_type",
      name,
    );
  if (value < min || value > max)
    refuse(400, `Invalid '${name}': ${value} is outside ${min} to ${max}.`, "invalid_value", name);
}

function checkTools(body: Body): void {
  const tools = body.tools;
  if (tools === undefined) {
    if (body.tool_choice !== undefined && body.tool_choice !== "none")
      refuse(
        400,
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        undefined,
        "tool_choice",
      );
    if (body.parallel_tool_calls !== undefined)
      refuse(
        400,
        "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
        undefined,
        "parallel_tool_calls",
      );
    return;
  }
  if (!Array.isArray(tools) || tools.length === 0)
    refuse(
      400,
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      "empty_array",
      "tools",
    );
  for (const [index, tool] of tools.entries()) {
    const param = `tools[${index}]`;
    if (!isRecord(tool) || tool.type === undefined)
      refuse(400, `Missing required parameter: '${param}.type'.`, "missing_required_parameter", `${param}.type`);
    if (tool.type !== "function" && tool.type !== "custom")
      refuse(
        400,
        `Invalid value: '${tool.type}'. Supported values are: 'function' and 'custom'.`,
        "invalid_value",
        `${param}.type`,
      );
    const name = isRecord(tool.function) ? tool.function.name : isRecord(tool.custom) ? tool.custom.name : undefined;
    if (typeof name !== "string" || !/^[\w-]{1,64}$/.test(name))
      refuse(
        400,
        `Invalid '${param}.function.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.`,
        "invalid_value",
        `${param}.function.name`,
      );
  }
}

function checkMessages(messages: readonly unknown[]): void {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`;
    if (!isRecord(message)) refuse(400, `Invalid type for '${param}': expected an object.`, "invalid_type", param);
    const role = String(message.role);
    if (!["system", "developer", "user", "assistant", "tool", "function"].includes(role))
      refuse(400, `Invalid value: '${role}'.`, "invalid_value", `${param}.role`);
    if (role === "tool") {
      const id = String(message.tool_call_id);
      if (!open.delete(id))
        refuse(
          400,
          `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.`,
          undefined,
          `${param}.role`,
        );
      continue;
    }
    if (open.size > 0)
      refuse(
        400,
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(", ")}`,
        undefined,
        param,
      );
    if (role === "assistant" && message.tool_calls !== undefined) open = checkToolCalls(message.tool_calls, param);
    else checkContent(message.content, param, role);
  }
  if (open.size > 0)
    refuse(
      400,
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(", ")}`,
      undefined,
      "messages",
    );
}

function checkToolCalls(calls: unknown, param: string): Set<string> {
  if (!Array.isArray(calls) || calls.length === 0)
    refuse(
      400,
      `Invalid '${param}.tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      "empty_array",
      `${param}.tool_calls`,
    );
  return new Set(
    calls.map((call: unknown, index) => {
      const at = `${param}.tool_calls[${index}]`;
      if (!isRecord(call) || typeof call.id !== "string")
        refuse(400, `Missing required parameter: '${at}.id'.`, "missing_required_parameter", `${at}.id`);
      if (call.id.length > 40)
        refuse(
          400,
          `Invalid '${at}.id': string too long. Expected a string with maximum length 40, but got a string with length ${call.id.length} instead.`,
          "string_above_max_length",
          `${at}.id`,
        );
      if (
        call.type === "function" &&
        !(
          isRecord(call.function) &&
          typeof call.function.name === "string" &&
          typeof call.function.arguments === "string"
        )
      ) {
        refuse(
          400,
          `Invalid type for '${at}.function.arguments': expected a string.`,
          "invalid_type",
          `${at}.function.arguments`,
        );
      }
      return call.id;
    }),
  );
}

const partTypes: { readonly [role: string]: readonly string[] } = {
  user: ["text", "image_url", "input_audio", "file"],
  assistant: ["text", "refusal"],
  system: ["text"],
  developer: ["text"],
};

function checkContent(content: unknown, param: string, role: string): void {
  if (
    typeof content === "string" ||
    (role === "assistant" && (content === null || content === undefined)) ||
    role === "function"
  )
    return;
  if (!Array.isArray(content))
    refuse(
      400,
      `Invalid type for '${param}.content': expected one of a string or array of objects, but got ${content === null ? "null" : typeof content} instead.`,
      "invalid_type",
      `${param}.content`,
    );
  if (content.length === 0) refuse(400, `Invalid '${param}.content': empty array.`, "empty_array", `${param}.content`);
  for (const [index, part] of content.entries()) {
    const at = `${param}.content[${index}]`;
    const type = isRecord(part) ? String(part.type) : "nothing";
    if (!isRecord(part) || !partTypes[role]?.includes(type))
      refuse(
        400,
        `Invalid value: '${type}'. Supported values are: ${partTypes[role]?.map((name) => `'${name}'`).join(", ")}.`,
        "invalid_value",
        at,
      );
    if (type === "text" && typeof part.text !== "string")
      refuse(400, `Missing required parameter: '${at}.text'.`, "missing_required_parameter", `${at}.text`);
    if (
      type === "image_url" &&
      !(
        isRecord(part.image_url) &&
        /^(https?:|data:image\/(png|jpeg|gif|webp);base64,)/.test(String(part.image_url.url))
      )
    ) {
      refuse(
        400,
        `Invalid '${at}.image_url'. Expected a valid URL, but got a value with an invalid format.`,
        "invalid_value",
        `${at}.image_url.url`,
      );
    }
  }
}
