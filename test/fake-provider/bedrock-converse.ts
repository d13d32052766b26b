import { message } from "./anthropic-messages.ts";
import { checkMessagesForm } from "./anthropic-messages-check.ts";
import { checkConverseRequest } from "./bedrock-converse-check.ts";
import { type FakeAnswer, type FakeDialect, type FakeRequest, fakeModels, refuse, wholeOnly } from "./dialect.ts";
import {
  countSaid,
  countTokens,
  isRecord,
  type Prompt,
  type Reply,
  recordsOf,
  replyTo,
  textIn,
  textUntilStop,
  words,
} from "./reply.ts";
import type { ScriptedEvent } from "./script.ts";
import { thinkingSignature } from "./thinking-signature.ts";
import { cohereVectors, titanVector } from "./vectors.ts";

/** Converse, and invoke for Claude and what makes vectors, the way Bedrock answers them. */
export const bedrockConverse: FakeDialect = {
  wrongKey: { status: 403, message: () => "Authentication failed: Please make sure your API Key is valid." },
  streamType: "application/vnd.amazon.eventstream",
  answer(request) {
    const [, model = "", method = ""] = /^\/model\/(.+)\/([a-z-]+)$/.exec(decodeURIComponent(request.endpoint)) ?? [];
    if (!fakeModels.includes(model)) refuse(400, "The provided model identifier is invalid.");
    const { body } = request;
    switch (method) {
      case "converse":
      case "converse-stream":
        checkConverseRequest(body, model);
        return converse(body, model, method === "converse-stream");
      case "invoke":
      case "invoke-with-response-stream":
        return invoke(request, model, method !== "invoke");
      case "count-tokens":
        return wholeOnly({ inputTokens: inputTokens(countedIn(body)) });
      default:
        return refuse(404, "UnknownOperationException", "UnknownOperationException");
    }
  },
  errorBody: (_status, message) => ({ message }),
  headers: (id) => ({
    "x-amzn-requestid": `00000000-0000-4000-8000-${id.toString(16).padStart(12, "0")}`,
    "x-amzn-upstream-account": "123456789012",
  }),
};

/** What `x-amzn-errortype` says. */
export function errorType(status: number): string {
  const names: { readonly [status: number]: string } = {
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    424: "ModelErrorException",
    429: "ThrottlingException",
    503: "ServiceUnavailableException",
  };
  return names[status] ?? (status >= 500 ? "InternalServerException" : "ValidationException");
}

type Body = { readonly [key: string]: unknown };
type Block = { readonly start?: unknown; readonly deltas: readonly unknown[]; readonly whole: unknown };

/** The answer to a request that has been checked. */
export function converse(body: Body, model: string, stream: boolean): FakeAnswer {
  const reply = replyTo(readPrompt(body));
  if (reply.status !== undefined) refuse(reply.status, `The test asked for ${reply.status}`);
  const blocks = blocksOf(reply, body, model);
  const usage = usageOf(body, reply);
  const stopReason = stopOf(reply);
  const metrics = { latencyMs: 5 };
  return {
    stream,
    whole: {
      metrics,
      output: { message: { role: "assistant", content: blocks.map(({ whole }) => whole) } },
      stopReason,
      usage,
    },
    events: [
      { frame: "messageStart", data: { p: "abcd", role: "assistant" } },
      ...blocks.flatMap(blockEvents),
      { frame: "messageStop", data: { p: "abcd", stopReason } },
      { frame: "metadata", data: { metrics, p: "abcd", usage } },
    ],
    terminator: "",
    delayMs: reply.delayMs,
  };
}

/** Only calls of tools have a beginning of their own. */
function blockEvents({ start, deltas }: Block, contentBlockIndex: number): ScriptedEvent[] {
  return [
    ...(start === undefined ? [] : [{ frame: "contentBlockStart", data: { contentBlockIndex, p: "ab", start } }]),
    ...deltas.map((delta) => ({ frame: "contentBlockDelta", data: { contentBlockIndex, delta, p: "abcdefgh" } })),
    { frame: "contentBlockStop", data: { contentBlockIndex, p: "abc" } },
  ];
}

function blocksOf(reply: Reply, body: Body, model: string): Block[] {
  const blocks: Block[] = [];
  const extra = isRecord(body.additionalModelRequestFields) ? body.additionalModelRequestFields : {};
  const thinks = [extra.thinking, extra.reasoningConfig].some(
    (config) => isRecord(config) && config.type !== "disabled",
  );
  const reasoning = reply.reasoning || (thinks ? "Let me think" : "");
  if (reasoning !== "" && thinks) {
    // Claude alone signs it.
    const signed = model.includes("anthropic.") ? { signature: thinkingSignature(reasoning) } : undefined;
    blocks.push({
      deltas: [
        ...words(reasoning).map((text) => ({ reasoningContent: { text } })),
        ...(signed ? [{ reasoningContent: signed }] : []),
      ],
      whole: { reasoningContent: { reasoningText: { ...signed, text: reasoning } } },
    });
  }
  const text = textUntilStop(reply);
  if (text !== "") blocks.push({ deltas: words(text).map((piece) => ({ text: piece })), whole: { text } });
  for (const [at, call] of reply.toolCalls.entries()) {
    const start = { name: call.name, toolUseId: `tooluse_Fake${at}AbCdEfGhIjKlMnOp` };
    blocks.push({
      start: { toolUse: start },
      deltas: (call.arguments.match(/.{1,7}/gs) ?? []).map((input) => ({ toolUse: { input } })),
      whole: { toolUse: { input: JSON.parse(call.arguments), ...start } },
    });
  }
  return blocks;
}

function stopOf({ stop, toolCalls }: Reply): string {
  switch (stop.kind) {
    case "sequence":
      return "stop_sequence";
    case "length":
      return "max_tokens";
    case "refusal":
    case "filter":
      return "content_filtered";
    case "end":
      return toolCalls.length > 0 ? "tool_use" : "end_turn";
  }
}

function usageOf(body: Body, reply: Reply) {
  const all = inputTokens(body);
  const cacheReadInputTokens = Math.min(reply.cachedTokens, all);
  const hasMarker = JSON.stringify(body).includes('"cachePoint"');
  const cacheWriteInputTokens = hasMarker ? Math.min(10, all - cacheReadInputTokens) : 0;
  const outputTokens = Math.max(1, countSaid(reply));
  return {
    inputTokens: all - cacheReadInputTokens - cacheWriteInputTokens,
    outputTokens,
    totalTokens: all + outputTokens,
    cacheReadInputTokens,
    cacheWriteInputTokens,
  };
}

function inputTokens(body: Body): number {
  const tools = toolsOf(body).map((tool) => JSON.stringify(tool));
  return countTokens([textIn(body.system), textIn(body.messages), ...tools].join(" "));
}

function countedIn(body: Body): Body {
  const input = isRecord(body.input) ? body.input : {};
  if (isRecord(input.converse)) return input.converse;
  const invoked = isRecord(input.invokeModel) ? String(input.invokeModel.body ?? "") : "";
  const read: unknown = invoked === "" ? {} : JSON.parse(Buffer.from(invoked, "base64").toString());
  return isRecord(read) ? read : {};
}

function toolsOf(body: Body): readonly Body[] {
  const config = isRecord(body.toolConfig) ? body.toolConfig : {};
  return recordsOf(config.tools).flatMap(({ toolSpec }) => (isRecord(toolSpec) ? [toolSpec] : []));
}

function readPrompt(body: Body): Prompt {
  const messages = recordsOf(body.messages);
  const last = recordsOf(messages.at(-1)?.content);
  const lastUser = recordsOf(messages.findLast(({ role }) => role === "user")?.content);
  return {
    lastUserText: textIn(lastUser),
    toolResults: last
      .map(({ toolResult }) => toolResult)
      .filter(isRecord)
      .map(({ toolUseId, content }) => ({ id: String(toolUseId), text: resultText(content) })),
    media: lastUser.flatMap(describeMedia),
    tools: toolsOf(body).map(({ inputSchema, name }) => ({
      name: String(name),
      schema: isRecord(inputSchema) ? inputSchema.json : undefined,
    })),
    forcedTool: forcedTool(body.toolConfig),
    schema: outputSchema(body.outputConfig),
  };
}

function resultText(content: unknown): string {
  return recordsOf(content)
    .map(({ json, text }) => (json === undefined ? text : JSON.stringify(json)))
    .filter(Boolean)
    .join(" ");
}

function outputSchema(config: unknown): unknown {
  const format = isRecord(config) && isRecord(config.textFormat) ? config.textFormat : {};
  const structure =
    isRecord(format.structure) && isRecord(format.structure.jsonSchema) ? format.structure.jsonSchema : {};
  return typeof structure.schema === "string" ? JSON.parse(structure.schema) : undefined;
}

function forcedTool(config: unknown): string | undefined {
  const choice = isRecord(config) && isRecord(config.toolChoice) ? config.toolChoice : {};
  if (choice.any !== undefined) return "any";
  return isRecord(choice.tool) ? String(choice.tool.name) : undefined;
}

function describeMedia({ document, image }: Body): string[] {
  if (isRecord(image)) return [`image image/${image.format}`];
  return isRecord(document) ? [`document ${document.name}`] : [];
}

/** Claude in its maker's words: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html */
function invoke({ body, id }: FakeRequest, model: string, stream: boolean): FakeAnswer {
  if (model.includes("titan-embed")) return titanVector(body);
  if (model.includes("cohere.embed")) return cohereVectors(body);
  const { anthropic_version: version, anthropic_beta: beta, ...rest } = body;
  if (version !== "bedrock-2023-05-31") refuse(400, "anthropic_version: Field required");
  for (const name of ["model", "stream"]) if (name in rest) refuse(400, `${name}: Extra inputs are not permitted`);
  checkMessagesForm(rest, false, Array.isArray(beta) ? beta.join() : "");
  const said = message({ ...rest, model, stream }, id);
  return {
    ...said,
    events: said.events.map((event) => ({
      frame: "chunk",
      data: { bytes: Buffer.from("data" in event ? JSON.stringify(event.data) : "").toString("base64"), p: "abcd" },
    })),
  };
}
