import type { Part } from "../conversation/conversation";
import { isObject, type JsonObject, tryParse } from "../json";
import { chatEffort, effortBudget } from "./chat-effort";
import { inlineData, readChat, resultText } from "./chat-turns";

/** The endpoints for which a chat completion can be written: for who has a library of another dialect. */
export const chatEndpoints = ["chat.completions", "messages", "gemini.generate", "converse"] as const;
export type ChatEndpoint = (typeof chatEndpoints)[number];

/** Anthropic's API has no default, and what is thought counts as well. */
const leastAsked = 1024;

/** A chat completion as the same request of another dialect, but for what `unsaidAs` names. */
export function chatAs(endpoint: ChatEndpoint, chat: JsonObject): JsonObject {
  switch (endpoint) {
    case "chat.completions":
      return chat;
    case "messages":
      return asMessages(chat);
    case "gemini.generate":
      return asGemini(chat);
    case "converse":
      return asConverse(chat);
  }
}

/** What of a chat completion another dialect has no word for: Anthropic and AWS know JSON by its schema alone, and no seed. */
export function unsaidAs(endpoint: ChatEndpoint, chat: JsonObject): readonly string[] {
  if (endpoint !== "messages" && endpoint !== "converse") return [];
  const isAnyJson = chat.response_format !== undefined && answerSchema(chat) === undefined;
  return [...(isAnyJson ? ["JSON mode"] : []), ...(chat.seed === undefined ? [] : ["seed"])];
}

/** The form that answers have, by a schema. */
function answerSchema({ response_format: format }: JsonObject) {
  const given = isObject(format) && isObject(format.json_schema) ? format.json_schema : {};
  return isObject(given.schema) ? { name: given.name, schema: given.schema } : undefined;
}

function asMessages(chat: JsonObject): JsonObject {
  const { system, turns, tools } = readChat(chat);
  const output = defined({ effort: chatEffort(chat), format: messagesFormat(chat) });
  return defined({
    model: chat.model,
    max_tokens: chat.max_completion_tokens ?? leastAsked + (effortBudget(chat) ?? 0),
    system: system === "" ? undefined : system,
    messages: turns.map(({ role, parts }) => ({ role, content: parts.map(messagesBlock) })),
    temperature: chat.temperature,
    top_p: chat.top_p,
    stop_sequences: chat.stop,
    thinking: output.effort === undefined ? undefined : { type: "adaptive" },
    output_config: filled(output),
    tools: tools.length === 0 ? undefined : tools.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })),
  });
}

function messagesFormat(chat: JsonObject): JsonObject | undefined {
  const form = answerSchema(chat);
  return form && { type: "json_schema", schema: form.schema };
}

function messagesBlock(part: Part): JsonObject {
  if (part.kind === "call") return { type: "tool_use", id: part.id, name: part.name, input: inputOf(part.input) };
  if (part.kind === "result") return { type: "tool_result", tool_use_id: part.id, content: resultText(part.parts) };
  const inline = part.kind === "media" ? inlineData(part.source) : undefined;
  if (inline !== undefined)
    return { type: "image", source: { type: "base64", media_type: inline.type, data: inline.data } };
  return { type: "text", text: textOf(part) };
}

function asGemini(chat: JsonObject): JsonObject {
  const { system, turns, tools } = readChat(chat);
  const names = new Map(
    turns.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.kind === "call" ? [[part.id, part.name] as const] : [])),
    ),
  );
  const partOf = (part: Part): JsonObject => {
    if (part.kind === "call") return { functionCall: { id: part.id, name: part.name, args: inputOf(part.input) } };
    if (part.kind === "result") {
      const response = { result: resultText(part.parts) };
      return { functionResponse: { id: part.id, name: names.get(part.id) ?? part.id, response } };
    }
    const inline = part.kind === "media" ? inlineData(part.source) : undefined;
    return inline === undefined ? { text: textOf(part) } : { inlineData: { mimeType: inline.type, data: inline.data } };
  };
  const budget = effortBudget(chat);
  const config = defined({
    maxOutputTokens: chat.max_completion_tokens,
    temperature: chat.temperature,
    topP: chat.top_p,
    seed: chat.seed,
    stopSequences: chat.stop,
    responseMimeType: chat.response_format === undefined ? undefined : "application/json",
    responseJsonSchema: answerSchema(chat)?.schema,
    thinkingConfig: budget === undefined ? undefined : { thinkingBudget: budget },
  });
  const declared = tools.map(({ schema, ...tool }) => ({ ...tool, parametersJsonSchema: schema }));
  return defined({
    systemInstruction: system === "" ? undefined : { parts: [{ text: system }] },
    contents: turns.map(({ role, parts }) => ({
      role: role === "assistant" ? "model" : "user",
      parts: parts.map(partOf),
    })),
    tools: declared.length === 0 ? undefined : [{ functionDeclarations: declared }],
    generationConfig: filled(config),
  });
}

function asConverse(chat: JsonObject): JsonObject {
  const { system, turns, tools } = readChat(chat);
  const config = defined({
    maxTokens: chat.max_completion_tokens,
    temperature: chat.temperature,
    topP: chat.top_p,
    stopSequences: chat.stop,
  });
  const output = defined({ effort: chatEffort(chat), textFormat: converseFormat(chat) });
  const specs = tools.map(({ schema, ...tool }) => ({ toolSpec: { ...tool, inputSchema: { json: schema } } }));
  return defined({
    system: system === "" ? undefined : [{ text: system }],
    messages: turns.map(({ role, parts }) => ({ role, content: parts.map(converseBlock) })),
    inferenceConfig: filled(config),
    outputConfig: filled(output),
    toolConfig: specs.length === 0 ? undefined : { tools: specs },
  });
}

function converseFormat(chat: JsonObject): JsonObject | undefined {
  const form = answerSchema(chat);
  if (form === undefined) return undefined;
  const jsonSchema = { name: form.name, schema: JSON.stringify(form.schema) };
  return { type: "json_schema", structure: { jsonSchema } };
}

function converseBlock(part: Part): JsonObject {
  if (part.kind === "call") return { toolUse: { toolUseId: part.id, name: part.name, input: inputOf(part.input) } };
  if (part.kind === "result")
    return { toolResult: { toolUseId: part.id, content: [{ text: resultText(part.parts) }] } };
  const inline = part.kind === "media" ? inlineData(part.source) : undefined;
  if (inline === undefined) return { text: textOf(part) };
  return { image: { format: inline.type.replace("image/", ""), source: { bytes: inline.data } } };
}

function inputOf(text: string): JsonObject {
  const input = tryParse(text);
  return isObject(input) ? input : {};
}

function textOf(part: Part): string {
  if (part.kind === "text") return part.text;
  return part.kind === "media" ? part.source : "";
}

/** Without the fields that are undefined, which Python would show as None. */
function defined(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function filled(fields: JsonObject): JsonObject | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}
