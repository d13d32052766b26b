import { fakeModels, refuse } from "./dialect.ts";
import { isRecord } from "./reply.ts";
import { thinkingSignature } from "./thinking-signature.ts";

type Body = { readonly [key: string]: unknown };

/** Refuses what Anthropic refuses, in its words, so that a gateway's mistakes fail here rather than at a customer's. */
export function checkMessagesRequest(body: Body, counting: boolean, beta = ""): void {
  if (typeof body.model !== "string") refuse(400, "model: Field required");
  if (!fakeModels.some((model) => model === body.model)) refuse(404, `model: ${body.model}`);
  checkMessagesForm(body, counting, beta);
}

/** What holds for every model. */
export function checkMessagesForm(body: Body, counting: boolean, beta: string): void {
  for (const name of Object.keys(body)) {
    if (!knownFields.has(name)) refuse(400, `${name}: Extra inputs are not permitted`);
    if (body[name] === null) refuse(400, `${name}: Input should not be null`);
  }
  if (!counting && (!Number.isInteger(body.max_tokens) || Number(body.max_tokens) < 1)) {
    refuse(
      400,
      body.max_tokens === undefined
        ? "max_tokens: Field required"
        : "max_tokens: Input should be a valid integer greater than 0",
    );
  }
  if (!Array.isArray(body.messages)) refuse(400, "messages: Field required");
  if (body.messages.length === 0) refuse(400, "messages: at least one message is required");
  checkOptions(body, beta);
  checkTools(body);
  if (body.system !== undefined && typeof body.system !== "string") checkBlocks(body.system, "system", ["text"]);
  checkMessages(body.messages);
}

const knownFields = new Set(
  "model messages max_tokens system stream temperature top_p top_k stop_sequences metadata tools tool_choice thinking service_tier container context_management mcp_servers output_format output_config cache_control inference_geo speed".split(
    " ",
  ),
);

function checkOptions(body: Body, beta: string): void {
  const { temperature, thinking, metadata } = body;
  if (temperature !== undefined && (typeof temperature !== "number" || temperature < 0 || temperature > 1))
    refuse(400, "temperature: range: 0..1");
  if (isRecord(metadata)) {
    for (const name of Object.keys(metadata))
      if (name !== "user_id") refuse(400, `metadata.${name}: Extra inputs are not permitted`);
  }
  if (
    body.stop_sequences !== undefined &&
    !(
      Array.isArray(body.stop_sequences) &&
      body.stop_sequences.every((text) => typeof text === "string" && text.trim() !== "")
    )
  ) {
    refuse(400, "stop_sequences: each stop sequence must contain non-whitespace");
  }
  if (!isRecord(thinking) || thinking.type !== "enabled") return;
  const budget = Number(thinking.budget_tokens);
  if (!(budget >= 1024)) refuse(400, "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
  // With thinking between tool calls the budget is that of the whole turn:
  // https://docs.claude.com/en/docs/build-with-claude/extended-thinking#interleaved-thinking
  if (typeof body.max_tokens === "number" && budget >= body.max_tokens && !beta.includes("interleaved-thinking"))
    refuse(400, "`max_tokens` must be greater than `thinking.budget_tokens`");
  if (temperature !== undefined && temperature !== 1)
    refuse(400, "`temperature` may only be set to 1 when thinking is enabled");
  if (isRecord(body.tool_choice) && (body.tool_choice.type === "any" || body.tool_choice.type === "tool"))
    refuse(400, "Thinking may not be enabled when tool_choice forces tool use.");
}

function checkTools(body: Body): void {
  if (
    body.tool_choice !== undefined &&
    (!isRecord(body.tool_choice) || !["auto", "any", "tool", "none"].includes(String(body.tool_choice.type)))
  ) {
    refuse(
      400,
      "tool_choice: Input tag found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'",
    );
  }
  if (body.tools === undefined) {
    if (body.tool_choice !== undefined) refuse(400, "tool_choice may only be specified while providing tools");
    return;
  }
  if (!Array.isArray(body.tools)) refuse(400, "tools: Input should be a valid list");
  for (const [index, tool] of body.tools.entries()) {
    if (!isRecord(tool) || typeof tool.name !== "string" || !/^[\w-]{1,128}$/.test(tool.name))
      refuse(400, `tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
    if (
      (tool.type === undefined || tool.type === "custom") &&
      !(isRecord(tool.input_schema) && tool.input_schema.type === "object")
    ) {
      refuse(400, `tools.${index}.custom.input_schema.type: Input should be 'object'`);
    }
  }
}

function checkMessages(messages: readonly unknown[]): void {
  let open: readonly string[] = [];
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    // Instructions in the middle of a conversation came with the version of 2026-10-21.
    if (!isRecord(message) || (message.role !== "user" && message.role !== "assistant" && message.role !== "system"))
      refuse(
        400,
        `messages: Unexpected role "${isRecord(message) ? message.role : message}". Allowed roles are "user" or "assistant"`,
      );
    for (const name of Object.keys(message))
      if (name !== "role" && name !== "content") refuse(400, `${at}.${name}: Extra inputs are not permitted`);
    const last = index === messages.length - 1;
    if (typeof message.content === "string") {
      if (message.content === "" && !(last && message.role === "assistant"))
        refuse(400, `${at}: all messages must have non-empty content except for the optional final assistant message`);
      if (last && message.role === "assistant" && message.content !== message.content.trimEnd())
        refuse(400, "messages: final assistant content cannot end with trailing whitespace");
    } else {
      checkBlocks(message.content, at, message.role === "assistant" ? assistantBlocks : userBlocks);
    }
    const blocks = Array.isArray(message.content) ? message.content.filter(isRecord) : [];
    checkResults(blocks, open, at);
    open =
      message.role === "assistant"
        ? blocks.filter((block) => block.type === "tool_use").map((block) => String(block.id))
        : [];
  }
  if (open.length > 0)
    refuse(
      400,
      `messages.${messages.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}`,
    );
}

const userBlocks = ["text", "image", "document", "tool_result", "search_result", "container_upload"];
const assistantBlocks = [
  "text",
  "thinking",
  "redacted_thinking",
  "tool_use",
  "server_tool_use",
  "web_search_tool_result",
  "web_fetch_tool_result",
  "code_execution_tool_result",
];

function checkResults(blocks: readonly Body[], open: readonly string[], at: string): void {
  const results = blocks.filter((block) => block.type === "tool_result").map((block) => String(block.tool_use_id));
  const unknown = results.find((id) => !open.includes(id));
  if (unknown !== undefined)
    refuse(
      400,
      `${at}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unknown}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  const missing = open.filter((id) => !results.includes(id));
  if (missing.length > 0)
    refuse(
      400,
      `${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}`,
    );
}

function checkBlocks(blocks: unknown, at: string, allowed: readonly string[]): void {
  if (!Array.isArray(blocks)) refuse(400, `${at}.content: Input should be a valid list`);
  if (blocks.length === 0)
    refuse(400, `${at}: all messages must have non-empty content except for the optional final assistant message`);
  for (const [index, block] of blocks.entries()) {
    const where = `${at}.content.${index}`;
    if (!isRecord(block) || !allowed.includes(String(block.type))) {
      refuse(
        400,
        `${where}: Input tag '${isRecord(block) ? block.type : block}' found using 'type' does not match any of the expected tags: ${allowed.map((name) => `'${name}'`).join(", ")}`,
      );
    }
    checkBlock(block, where);
  }
}

function checkBlock(block: Body, where: string): void {
  const known = blockFields[String(block.type)];
  for (const name of Object.keys(block)) {
    if (known && name !== "type" && name !== "cache_control" && !known.includes(name))
      refuse(400, `${where}.${block.type}.${name}: Extra inputs are not permitted`);
  }
  if (block.type === "text" && (typeof block.text !== "string" || block.text === ""))
    refuse(400, `${where}.text: text content blocks must be non-empty`);
  if (block.type === "tool_use") {
    if (!/^[\w-]+$/.test(String(block.id)))
      refuse(400, `${where}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
    if (!isRecord(block.input)) refuse(400, `${where}.tool_use.input: Input should be a valid dictionary`);
  }
  if (block.type === "thinking" && block.signature !== thinkingSignature(String(block.thinking)))
    refuse(400, `${where}: Invalid \`signature\` in \`thinking\` block`);
  if (block.type === "image" || block.type === "document") checkSource(block.source, `${where}.${block.type}.source`);
}

const blockFields: { readonly [type: string]: readonly string[] } = {
  text: ["text", "citations"],
  image: ["source"],
  document: ["source", "title", "context", "citations"],
  tool_use: ["id", "name", "input", "caller"],
  tool_result: ["tool_use_id", "content", "is_error"],
  thinking: ["thinking", "signature"],
  redacted_thinking: ["data"],
};

function checkSource(source: unknown, where: string): void {
  if (!isRecord(source)) refuse(400, `${where}: Field required`);
  if (source.type === "base64") {
    if (!/^(image\/(png|jpeg|gif|webp)|application\/pdf)$/.test(String(source.media_type)))
      refuse(400, `${where}.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`);
    if (typeof source.data !== "string" || !/^[A-Za-z0-9+/]+=*$/.test(source.data))
      refuse(400, `${where}.base64.data: invalid base64 data`);
  } else if (!["url", "text", "file", "content"].includes(String(source.type))) {
    refuse(
      400,
      `${where}: Input tag '${source.type}' found using 'type' does not match any of the expected tags: 'base64', 'url', 'text', 'file', 'content'`,
    );
  }
}
