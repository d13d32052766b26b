import { fakeModels, refuse } from "./dialect.ts";
import { decryptReasoning, readItemId } from "./openai-responses-items.ts";
import { isRecord, recordsOf } from "./reply.ts";

type Body = { readonly [key: string]: unknown };

/** Refuses what OpenAI refuses at `/v1/responses`, in its words. */
export function checkResponsesRequest(body: Body): void {
  if (typeof body.model !== "string") refuse(400, "Missing required parameter: 'model'.", "missing_required_parameter");
  if (!fakeModels.includes(body.model))
    refuse(400, `The requested model '${body.model}' does not exist.`, "model_not_found", "model");
  // https://platform.openai.com/docs/api-reference/responses/create
  for (const name of Object.keys(body))
    if (!knownFields.has(name)) refuse(400, `Unknown parameter: '${name}'.`, "unknown_parameter", name);
  if (body.previous_response_id !== undefined && body.previous_response_id !== null)
    refuse(
      400,
      `Previous response with id '${body.previous_response_id}' not found.`,
      "previous_response_not_found",
      "previous_response_id",
    );
  checkLimit(body);
  checkTools(body.tools);
  if (typeof body.input === "string") return;
  if (!Array.isArray(body.input))
    refuse(400, "Missing required parameter: 'input'.", "missing_required_parameter", "input");
  for (const [index, item] of body.input.entries()) checkItem(item, `input[${index}]`);
  checkCalls(recordsOf(body.input));
  checkReasoning(recordsOf(body.input));
}

const knownFields = new Set(
  (
    "background client_metadata context_management conversation include input instructions max_output_tokens max_tool_calls metadata model " +
    "parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier store " +
    "stream stream_options temperature text tool_choice tools top_logprobs top_p truncation user"
  ).split(" "),
);

function checkLimit({ max_output_tokens: limit }: Body): void {
  // https://github.com/vectorize-io/hindsight/issues/58
  if (typeof limit === "number" && limit < 16)
    refuse(
      400,
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${limit} instead.`,
      "integer_below_min_value",
      "max_output_tokens",
    );
}

function checkTools(tools: unknown): void {
  for (const [index, tool] of recordsOf(tools).entries()) {
    const at = `tools[${index}]`;
    if (tool.type === "namespace") {
      checkTools(tool.tools);
      continue;
    }
    if (tool.type !== "function" && tool.type !== "custom") continue;
    // Chat Completions has the fields one deeper: https://github.com/stanfordnlp/dspy/issues/9943
    if (typeof tool.name !== "string")
      refuse(400, `Missing required parameter: '${at}.name'.`, "missing_required_parameter", `${at}.name`);
    if (!/^[\w-]{1,128}$/.test(tool.name))
      refuse(
        400,
        `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        "invalid_value",
        `${at}.name`,
      );
    const { parameters } = tool;
    if (tool.type === "function" && isRecord(parameters) && parameters.type !== "object")
      refuse(
        400,
        `Invalid schema for function '${tool.name}': schema must be a JSON Schema of 'type: "object"', got 'type: "${parameters.type ?? null}"'.`,
        "invalid_function_parameters",
        `${at}.parameters`,
      );
  }
}

/** What the id of an item begins with: https://github.com/openai/codex/issues/33176 */
const prefixes: { readonly [type: string]: string } = {
  message: "msg",
  reasoning: "rs",
  function_call: "fc",
  custom_tool_call: "ctc",
};

function checkItem(item: unknown, at: string): void {
  if (!isRecord(item)) refuse(400, `Invalid type for '${at}': expected an object.`, "invalid_type", at);
  const type = String(item.type ?? (item.role === undefined ? "" : "message"));
  const prefix = prefixes[type];
  const { id } = item;
  if (prefix !== undefined && id !== undefined && id !== null) {
    if (typeof id !== "string" || !/^[\w-]+$/.test(id))
      refuse(
        400,
        `Invalid '${at}.id': '${id}'. Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional characters.`,
        "invalid_value",
        `${at}.id`,
      );
    if (!id.startsWith(prefix) && !(type === "message" && item.role !== "assistant"))
      refuse(
        400,
        `Invalid '${at}.id': '${id}'. Expected an ID that begins with '${prefix}'.`,
        "invalid_value",
        `${at}.id`,
      );
  }
  if (type === "") refuse(400, `Missing required parameter: '${at}.type'.`, "missing_required_parameter", `${at}.type`);
  if (type === "item_reference") refuse(404, notKept(item.id));
  if (type === "message") checkMessage(item, at);
  if (type === "reasoning" && !Array.isArray(item.summary))
    refuse(400, `Missing required parameter: '${at}.summary'.`, "missing_required_parameter", `${at}.summary`);
  if (type === "function_call") checkCall(item, at, "arguments");
  if (type === "custom_tool_call") checkCall(item, at, "input");
  if (/^(?:function|custom_tool)_call_output$/.test(type)) {
    checkCallId(item.call_id, at);
    if (typeof item.output !== "string")
      checkParts(item.output, `${at}.output`, ["input_text", "input_image", "input_file"]);
  }
}

/** https://github.com/can1357/oh-my-pi/pull/50 */
function notKept(id: unknown): string {
  return `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`;
}

const partTypes: { readonly [role: string]: readonly string[] } = {
  user: ["input_text", "input_image", "input_file", "input_audio"],
  system: ["input_text", "input_image", "input_file"],
  developer: ["input_text", "input_image", "input_file"],
  // https://github.com/jeremychone/rust-genai/pull/119
  assistant: ["output_text", "refusal"],
};

function checkMessage(item: Body, at: string): void {
  const allowed = partTypes[String(item.role)];
  if (allowed === undefined)
    refuse(
      400,
      `Invalid value: '${item.role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`,
      "invalid_value",
      `${at}.role`,
    );
  if (typeof item.content !== "string") checkParts(item.content, `${at}.content`, allowed);
}

function checkParts(parts: unknown, at: string, allowed: readonly string[]): void {
  if (!Array.isArray(parts))
    refuse(
      400,
      `Invalid type for '${at}': expected one of an array of objects or string, but got ${parts === null ? "null" : typeof parts} instead.`,
      "invalid_type",
      at,
    );
  for (const [index, part] of parts.entries()) {
    const place = `${at}[${index}]`;
    const type = isRecord(part) ? String(part.type) : "nothing";
    if (!isRecord(part) || !allowed.includes(type))
      refuse(
        400,
        `Invalid value: '${type}'. Supported values are: ${allowed.map((name) => `'${name}'`).join(", ")}.`,
        "invalid_value",
        place,
      );
    if (/text$/.test(type) && typeof part.text !== "string")
      refuse(400, `Missing required parameter: '${place}.text'.`, "missing_required_parameter", `${place}.text`);
    if (type === "input_image" && !isImage(part))
      refuse(
        400,
        `Invalid '${place}.image_url'. Expected a valid URL, but got a value with an invalid format.`,
        "invalid_value",
        `${place}.image_url`,
      );
    // https://platform.openai.com/docs/guides/pdf-files
    if (type === "input_file" && typeof part.file_data === "string" && typeof part.filename !== "string")
      refuse(400, `Missing required parameter: '${place}.filename'.`, "missing_required_parameter", place);
    if (type === "input_file" && typeof part.file_data === "string" && !/^data:[^;]+;base64,/.test(part.file_data))
      refuse(
        400,
        `Invalid '${place}.file_data'. Expected a base64-encoded data URL with a MIME type (e.g. 'data:application/pdf;base64,aGVsbG8='), but got a value without the 'data:' prefix.`,
        "invalid_value",
        place,
      );
  }
}

function isImage({ file_id: id, image_url: url }: Body): boolean {
  return typeof id === "string" || /^(https?:|data:image\/(png|jpeg|gif|webp);base64,)/.test(String(url));
}

function checkCall(item: Body, at: string, field: string): void {
  checkCallId(item.call_id, at);
  for (const name of ["name", field])
    if (typeof item[name] !== "string")
      refuse(400, `Missing required parameter: '${at}.${name}'.`, "missing_required_parameter", `${at}.${name}`);
}

/** https://github.com/AnswerDotAI/fastllm/issues/45 */
function checkCallId(id: unknown, at: string): void {
  if (typeof id !== "string" || id === "")
    refuse(400, `Missing required parameter: '${at}.call_id'.`, "missing_required_parameter", `${at}.call_id`);
  if (id.length > 64)
    refuse(
      400,
      `Invalid '${at}.call_id': string too long. Expected a string with maximum length 64, but got a string with length ${id.length} instead.`,
      "string_above_max_length",
      `${at}.call_id`,
    );
}

/** Each call has its output, and each output its call: https://github.com/router-for-me/CLIProxyAPI/issues/2368, https://github.com/microsoft/vscode/issues/320060 */
function checkCalls(items: readonly Body[]): void {
  const idsOf = (pattern: RegExp) =>
    items.filter((item) => pattern.test(String(item.type))).map((item) => String(item.call_id));
  const calls = idsOf(/_call$/);
  const outputs = idsOf(/_call_output$/);
  for (const item of items) {
    const id = String(item.call_id);
    if (/^(?:function|custom_tool)_call_output$/.test(String(item.type)) && !calls.includes(id))
      refuse(400, `No tool call found for function call output with call_id ${id}.`, undefined, "input");
    if (/^(?:function|custom_tool)_call$/.test(String(item.type)) && !outputs.includes(id))
      refuse(400, `No tool output found for function call ${id}.`, undefined, "input");
  }
}

const follows = /^(?:reasoning|message|function_call|custom_tool_call)$/;

/** https://platform.openai.com/docs/guides/reasoning#keeping-reasoning-items-in-context */
function checkReasoning(items: readonly Body[]): void {
  for (const [index, item] of items.entries()) {
    const id = typeof item.id === "string" ? item.id : "";
    const made = readItemId(id);
    if (item.type === "reasoning") {
      checkEncrypted(item, id);
      const next = items[index + 1];
      // https://github.com/openai/openai-node/issues/1567
      if (!follows.test(String(next?.type ?? "message")) || (next?.role ?? "assistant") !== "assistant" || !next)
        refuse(400, `Item '${id}' of type 'reasoning' was provided without its required following item.`);
    } else if (made?.reasons === true) {
      const its = items.slice(0, index).some((one) => one.type === "reasoning" && sameAnswer(one.id, made.answer));
      // https://github.com/0xPlaygrounds/rig/issues/751, https://github.com/continuedev/continue/issues/12620
      if (!its)
        refuse(
          400,
          `Item '${id}' of type '${item.type}' was provided without its required 'reasoning' item: '${id.replace(/^[a-z]+/, "rs")}'.`,
        );
    }
  }
}

function sameAnswer(id: unknown, answer: number): boolean {
  return typeof id === "string" && readItemId(id)?.answer === answer;
}

/** https://github.com/openai/codex/issues/35334 */
function checkEncrypted({ encrypted_content: content }: Body, id: string): void {
  if (typeof content !== "string" || content === "") refuse(404, notKept(id));
  const sealedFor = decryptReasoning(content);
  if (sealedFor === undefined)
    refuse(
      400,
      `The encrypted content for item ${id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      "invalid_encrypted_content",
    );
  if (sealedFor !== id)
    refuse(
      400,
      `The encrypted content for item ${id} could not be verified. Reason: Encrypted content item_id did not match the target item id.`,
      "invalid_encrypted_content",
    );
}
