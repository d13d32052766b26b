import { refuse } from "./dialect.ts";
import { isRecord, recordsOf } from "./reply.ts";
import { thinkingSignature } from "./thinking-signature.ts";

type Body = { readonly [key: string]: unknown };

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html

/** Refuses what Bedrock refuses at `/converse`, in its words. */
export function checkConverseRequest(body: Body, model: string): void {
  for (const name of Object.keys(body))
    if (!knownFields.includes(name)) refuse(400, `The format of the request is invalid: unexpected field ${name}`);
  const messages = recordsOf(body.messages);
  if (messages.length === 0) refuse(400, "The messages field is required and must not be empty.");
  for (const [index, block] of recordsOf(body.system).entries())
    checkText(block.text, `system.${index}`, "SystemContentBlock");
  checkTools(body.toolConfig);
  checkRoles(messages);
  for (const [index, message] of messages.entries()) checkMessage(message, `messages.${index}`, model);
  checkResults(messages);
  checkLoops(body, messages);
  checkDocumentNames(messages);
  // https://github.com/langgenius/dify/issues/17545
  if (
    body.toolConfig === undefined &&
    messages.some(({ content }) =>
      recordsOf(content).some((block) => block.toolUse !== undefined || block.toolResult !== undefined),
    )
  )
    refuse(400, "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
  checkConfig(body, model);
}

const knownFields = (
  "messages system inferenceConfig toolConfig guardrailConfig additionalModelRequestFields promptVariables additionalModelResponseFieldPaths requestMetadata " +
  "performanceConfig serviceTier outputConfig"
).split(" ");

function checkConfig({ inferenceConfig, additionalModelRequestFields: extra }: Body, model: string): void {
  const config = isRecord(inferenceConfig) ? inferenceConfig : {};
  for (const name of Object.keys(config))
    if (!["maxTokens", "temperature", "topP", "stopSequences"].includes(name))
      refuse(
        400,
        `Malformed input request: #/inferenceConfig: extraneous key [${name}] is not permitted, please reformat your input and try again.`,
      );
  if (config.maxTokens !== undefined && !(Number(config.maxTokens) >= 1))
    refuse(
      400,
      constraint(config.maxTokens, "inferenceConfig.maxTokens", "Member must have value greater than or equal to 1"),
    );
  const fields = isRecord(extra) ? extra : {};
  if (model.includes("anthropic.")) checkThinking(fields, config);
  else if (model.includes("nova")) checkNova(fields, config, model);
}

/** https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html, https://github.com/vercel/ai/pull/10839 */
function checkNova(fields: Body, config: Body, model: string): void {
  const known = model.includes("nova-2") ? ["inferenceConfig", "reasoningConfig"] : ["inferenceConfig"];
  for (const name of Object.keys(fields))
    if (!known.includes(name))
      refuse(
        400,
        `Malformed input request: #: extraneous key [${name}] is not permitted, please reformat your input and try again.`,
      );
  const { reasoningConfig: reasoning } = fields;
  // https://github.com/UKGovernmentBEIS/inspect_ai/pull/3848
  if (isRecord(reasoning) && reasoning.maxReasoningEffort === "high")
    for (const name of ["maxTokens", "temperature", "topP"])
      if (config[name] !== undefined) refuse(400, `${name} must be unset when maxReasoningEffort is high.`);
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
function checkThinking(fields: Body, config: Body): void {
  const thinking = isRecord(fields.thinking) ? fields.thinking : {};
  if (thinking.type !== "enabled") return;
  if (!(Number(thinking.budget_tokens) >= 1024))
    refuse(
      400,
      "The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
    );
  if (config.maxTokens !== undefined && Number(thinking.budget_tokens) >= Number(config.maxTokens))
    refuse(400, "The model returned the following errors: `max_tokens` must be greater than `thinking.budget_tokens`.");
  if (config.temperature !== undefined && config.temperature !== 1)
    refuse(
      400,
      "The model returned the following errors: `temperature` may only be set to 1 when thinking is enabled.",
    );
}

/** https://github.com/anomalyco/opencode/issues/3077 */
function checkLoops({ additionalModelRequestFields: extra }: Body, messages: readonly Body[]): void {
  if (!isRecord(extra) || !isRecord(extra.thinking) || extra.thinking.type !== "enabled") return;
  const asked = messages.findLastIndex(
    (message) => message.role === "user" && idsIn(message, "toolResult").length === 0,
  );
  const at = messages.findIndex((message, index) => index > asked && message.role === "assistant");
  const [first] = recordsOf(messages[at]?.content);
  if (at >= 0 && first?.reasoningContent === undefined)
    refuse(
      400,
      `The model returned the following errors: messages.${at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first?.toolUse === undefined ? "text" : "tool_use"}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
    );
}

function constraint(value: unknown, at: string, rule: string): string {
  return `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: ${rule}`;
}

function checkTools(config: unknown): void {
  if (config === undefined) return;
  const tools = isRecord(config) ? recordsOf(config.tools) : [];
  // https://github.com/Portkey-AI/gateway/issues/1124
  if (tools.length === 0)
    refuse(400, constraint("[]", "toolConfig.tools", "Member must have length greater than or equal to 1"));
  for (const [index, { toolSpec }] of tools.entries()) {
    if (!isRecord(toolSpec)) continue;
    const at = `toolConfig.tools.${index + 1}.member.toolSpec`;
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(String(toolSpec.name)))
      refuse(
        400,
        constraint(toolSpec.name, `${at}.name`, "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+"),
      );
    // https://github.com/anomalyco/opencode/pull/48582
    if (toolSpec.description === "")
      refuse(400, constraint("", `${at}.description`, "Member must have length greater than or equal to 1"));
    const schema = isRecord(toolSpec.inputSchema) ? toolSpec.inputSchema.json : undefined;
    if (!isRecord(schema) || schema.type !== "object")
      refuse(
        400,
        `The value at toolConfig.tools.${index}.toolSpec.inputSchema.json.type must be one of the following: object.`,
      );
  }
}

/** https://github.com/Portkey-AI/gateway/issues/748 */
function checkRoles(messages: readonly Body[]): void {
  for (const [index, { role }] of messages.entries()) {
    if (role !== "user" && role !== "assistant")
      refuse(
        400,
        constraint(role, `messages.${index + 1}.member.role`, "Member must satisfy enum value set: [user, assistant]"),
      );
    if (index === 0 && role !== "user")
      refuse(
        400,
        "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
      );
    if (messages[index - 1]?.role === role)
      refuse(
        400,
        "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
      );
  }
}

function checkMessage({ content, role }: Body, at: string, model: string): void {
  const blocks = recordsOf(content);
  // https://github.com/archestra-ai/archestra/pull/4220
  if (blocks.length === 0)
    refuse(
      400,
      `The content field in the Message object at ${at} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  for (const [index, block] of blocks.entries()) checkBlock(block, `${at}.content.${index}`, model);
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
  if (blocks.some(({ document }) => document !== undefined) && !blocks.some(({ text }) => text !== undefined))
    refuse(400, "A text block must be included when using documents.");
  const own =
    role === "assistant"
      ? ["toolUse", "reasoningContent", "citationsContent"]
      : ["toolResult", "image", "document", "video", "audio", "guardContent", "searchResult"];
  for (const [index, block] of blocks.entries())
    for (const name of Object.keys(block))
      if (name !== "text" && name !== "cachePoint" && !own.includes(name))
        refuse(
          400,
          `The ContentBlock at ${at}.content.${index} has the member ${name}, which a message of role ${role} cannot have.`,
        );
}

function checkBlock(block: Body, at: string, model: string): void {
  const members = Object.keys(block);
  if (members.length !== 1)
    refuse(
      400,
      `The ContentBlock object at ${at} must set one of the following keys: text, image, document, toolUse, toolResult, reasoningContent.`,
    );
  if ("text" in block) checkText(block.text, at, "ContentBlock");
  if (isRecord(block.toolUse)) checkToolUse(block.toolUse, at);
  if (isRecord(block.toolResult)) checkToolResult(block.toolResult, at, model);
  if (isRecord(block.reasoningContent)) checkReasoning(block.reasoningContent, at, model);
  if (isRecord(block.image)) checkMedia(block.image, `${at}.image`, ["png", "jpeg", "gif", "webp"]);
  if (isRecord(block.document)) checkDocument(block.document, at);
}

/** https://github.com/NousResearch/hermes-agent/issues/55092 */
function checkText(text: unknown, at: string, type: string): void {
  if (typeof text === "string" && text.trim() === "")
    refuse(400, `The text field in the ${type} object at ${at} is blank. Add text to the text field, and try again.`);
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html */
function checkToolUseId(id: unknown, at: string): void {
  if (typeof id !== "string" || !/^[a-zA-Z0-9_.:-]{1,64}$/.test(id))
    refuse(400, constraint(id, `${at}.toolUseId`, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+"));
}

function checkToolUse(call: Body, at: string): void {
  checkToolUseId(call.toolUseId, `${at}.toolUse`);
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(String(call.name)))
    refuse(
      400,
      constraint(call.name, `${at}.toolUse.name`, "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+"),
    );
  if (!isRecord(call.input))
    refuse(
      400,
      `The format of the value at ${at}.toolUse.input is invalid. Provide a json object for the field and try again.`,
    );
}

function checkToolResult(result: Body, at: string, model: string): void {
  checkToolUseId(result.toolUseId, `${at}.toolResult`);
  if (!Array.isArray(result.content))
    refuse(400, constraint("null", `${at}.toolResult.content`, "Member must not be null"));
  // https://github.com/aws-samples/sample-multi-agent-orchestration-chat-on-agentcore/issues/15
  if (result.status === "error" && result.content.length === 0)
    refuse(400, `The content field at ${at}.toolResult cannot be empty when status value is error.`);
  for (const [index, block] of recordsOf(result.content).entries()) {
    if (block.json !== undefined && !isRecord(block.json))
      // https://github.com/sigoden/aichat/pull/1544
      refuse(
        400,
        `The format of the value at ${at}.toolResult.content.${index}.json is invalid. Provide a json object for the field and try again.`,
      );
    if (block.text === undefined && block.json === undefined)
      checkBlock(block, `${at}.toolResult.content.${index}`, model);
  }
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
function checkReasoning({ reasoningText: said, redactedContent: redacted }: Body, at: string, model: string): void {
  if (redacted !== undefined)
    refuse(
      400,
      `The model returned the following errors: ${at.replace("messages.", "messages.")}: Invalid \`data\` in \`redacted_thinking\` block`,
    );
  if (!isRecord(said))
    refuse(
      400,
      `The ReasoningContentBlock object at ${at} must set one of the following keys: reasoningText, redactedContent.`,
    );
  // https://github.com/badlogic/pi-mono/issues/686
  if (!model.includes("anthropic.")) {
    if (said.signature === undefined) return;
    refuse(
      400,
      "This model doesn't support the reasoningContent.reasoningText.signature field. Remove reasoningContent.reasoningText.signature and try again.",
    );
  }
  if (said.signature !== thinkingSignature(String(said.text)))
    refuse(400, `The model returned the following errors: ${at}: Invalid \`signature\` in \`thinking\` block`);
}

function checkMedia(media: Body, at: string, formats: readonly string[]): void {
  const source = isRecord(media.source) ? media.source : {};
  if (!formats.includes(String(media.format)))
    refuse(
      400,
      constraint(media.format, `${at}.format`, `Member must satisfy enum value set: [${formats.join(", ")}]`),
    );
  if (typeof source.bytes !== "string" || !/^[A-Za-z0-9+/]+=*$/.test(source.bytes))
    refuse(400, `The bytes field at ${at}.source is not valid base64.`);
}

/** https://github.com/vercel/ai/issues/20365, https://github.com/aws-samples/generative-ai-use-cases/issues/1671 */
function checkDocument(document: Body, at: string): void {
  checkMedia(document, `${at}.document`, ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]);
  const { name } = document;
  if (typeof name !== "string" || !/^[a-zA-Z0-9_ ()[\]-]{1,200}$/.test(name) || / {2}/.test(name))
    refuse(
      400,
      "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.",
    );
}

/** https://github.com/maximhq/bifrost/issues/7003 */
function checkDocumentNames(messages: readonly Body[]): void {
  const names = messages.flatMap(({ content }) => recordsOf(content).flatMap(documentsIn));
  if (new Set(names).size < names.length)
    refuse(400, "Messages can't contain duplicate document names. Rename the document and retry your request.");
}

function documentsIn({ document, toolResult }: Body): string[] {
  if (isRecord(document)) return [String(document.name)];
  return isRecord(toolResult) ? recordsOf(toolResult.content).flatMap(documentsIn) : [];
}

/** https://github.com/agno-agi/agno/issues/6698, https://github.com/strands-agents/harness-sdk/issues/1435 */
function checkResults(messages: readonly Body[]): void {
  let open: readonly string[] = [];
  for (const [index, message] of messages.entries()) {
    const results = idsIn(message, "toolResult");
    if (new Set(results).size < results.length || results.length > open.length)
      refuse(
        400,
        `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
      );
    const unknown = results.find((id) => !open.includes(id));
    const missing = open.filter((id) => !results.includes(id));
    if (missing.length > 0 || unknown !== undefined)
      refuse(
        400,
        `Expected toolResult blocks at messages.${index}.content for the following Ids: ${missing.join(", ")}`,
      );
    // https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#handling-tool-use-and-tool-result-content-blocks
    const blocks = recordsOf(message.content).filter((block) => block.cachePoint === undefined);
    if (blocks.slice(0, results.length).some((block) => block.toolResult === undefined))
      refuse(400, `messages.${index}: tool_result blocks must come first in the content`);
    open = idsIn(message, "toolUse");
  }
  if (open.length > 0)
    refuse(
      400,
      `Expected toolResult blocks at messages.${messages.length}.content for the following Ids: ${open.join(", ")}`,
    );
}

function idsIn({ content }: Body, member: "toolUse" | "toolResult"): readonly string[] {
  return recordsOf(content)
    .map((block) => block[member])
    .filter(isRecord)
    .map(({ toolUseId }) => String(toolUseId));
}
