import type { Message, Part, ReasoningState } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import {
  at,
  invalidField,
  isEmpty,
  optionalArray,
  optionalString,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
} from "../fields";
import { argumentsOfText } from "../free-form";
import { readSignature } from "./call-signature";
import { decodeCache, decodeContent } from "./decode-parts";
import { withMarker } from "./message-marker";
import { readReasoningParts } from "./reasoning-details";
import { dialect, keep } from "./wire";

/** Reads `messages`. Results of tools that stand side by side become one user message, as they answer one turn. */
export function decodeMessages(value: Json | undefined): readonly Message[] {
  if (!isArray(value)) throw invalidField("messages", "an array", value);
  const messages: Message[] = [];
  let legacyCallId = "";
  for (let index = 0; index < value.length; index++) {
    const path = at("messages", index);
    const message = requireObject(value[index], path);
    if (isObject(message.function_call)) legacyCallId = `call_function_${index}`;
    addMessage(messages, decodeMessage(message, path, legacyCallId));
  }
  return messages;
}

function addMessage(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  if (last !== undefined && isResults(message) && isResults(last))
    messages[messages.length - 1] = { ...last, content: [...last.content, ...message.content] };
  else messages.push(message);
}

function isResults(message: Message): boolean {
  return message.content.length > 0 && message.content.every((part) => part.type === "tool-result");
}

function decodeMessage(message: JsonObject, path: string, legacyCallId: string): Message {
  const { role } = message;
  switch (role) {
    case "system":
    case "developer":
    case "user":
      return makeMessage(role, message, path, decodeBody(message, path), plainFields);
    case "assistant":
      return makeMessage(role, message, path, decodeAssistant(message, path, legacyCallId), assistantFields);
    case "tool":
      return decodeResult(message, path, requireString(message.tool_call_id, at(path, "tool_call_id")));
    case "function":
      return decodeResult(message, path, legacyCallId);
    default:
      throw invalidField(
        at(path, "role"),
        "one of system, developer, user, assistant, tool or function",
        requireString(role, at(path, "role")),
      );
  }
}

/** Field by field: a spread for each that may be absent costs more than to read them all. */
function makeMessage(
  role: Message["role"],
  message: JsonObject,
  path: string,
  content: readonly Part[],
  known: ReadonlySet<string>,
): Message {
  const made: Draft<Message> = { role, path, content: withMarker(content, message) };
  setDefined(made, "name", optionalString(message, path, "name"));
  setDefined(made, "extensions", keep(unknownFields(message, known)).extensions);
  return made;
}

const plainFields: ReadonlySet<string> = new Set(["role", "content", "name"]);
const assistantFields: ReadonlySet<string> = new Set(["role", "content", "name", "refusal", "tool_calls"]);
/** The role `function` is kept, since only this dialect tells it from `tool`. */
const resultFields: ReadonlySet<string> = new Set(["content", "tool_call_id"]);
const toolFields: ReadonlySet<string> = new Set(["content", "tool_call_id", "role"]);

function decodeBody({ content }: JsonObject, path: string): readonly Part[] {
  if (content === undefined || content === null)
    throw invalidField(at(path, "content"), "a string or an array", content);
  return decodeContent(content, at(path, "content"));
}

/** Reasoning and legacy calls also stay in the extensions, in the form that the client's own dialect takes them back. */
function decodeAssistant(message: JsonObject, path: string, legacyCallId: string): readonly Part[] {
  if (isPlain(message)) return decodeBody(message, path);
  const refusal = optionalString(message, path, "refusal");
  const content = message.content === "" ? [] : decodeContent(message.content, at(path, "content"));
  const calls = (optionalArray(message, path, "tool_calls") ?? []).map((call, index) =>
    decodeCall(call, at(at(path, "tool_calls"), index)),
  );
  return [
    ...readReasoningParts(message),
    ...withSignature(content, signatureOfText(message, calls)),
    ...(refusal === undefined ? [] : [{ type: "refusal", text: refusal } as const]),
    ...calls,
    ...decodeLegacyCall(message, path, legacyCallId),
  ];
}

/** OpenAI's Agents SDK for Node writes what it does not know of a call on its message too: that signs no text. */
function signatureOfText(message: JsonObject, calls: readonly Part[]): ReasoningState | undefined {
  const state = readSignature(message);
  const isOfCall = calls.some((call) => call.type === "tool-call" && call.state?.value === state?.value);
  return isOfCall ? undefined : state;
}

/** A signature of the message is that of its last text, which may be empty. */
function withSignature(content: readonly Part[], state: ReasoningState | undefined): readonly Part[] {
  if (state === undefined) return content;
  const last = content.at(-1);
  if (last?.type !== "text") return [...content, { type: "text", text: "", state }];
  return [...content.slice(0, -1), { ...last, state }];
}

/** Nothing but a text, as most turns are. */
function isPlain(message: JsonObject): boolean {
  const { content } = message;
  return typeof content === "string" && content !== "" && isEmpty(unknownFields(message, plainFields));
}

const callFields: ReadonlySet<string> = new Set(["id", "type", "function"]);

function decodeCall(value: Json, path: string): Part {
  const call = requireObject(value, path);
  const type = optionalString(call, path, "type") ?? "function";
  if (type === "custom") return decodeCustomCall(call, path);
  if (type !== "function") return { type: "opaque", dialect, value: { tool_calls: [call] } };
  const id = requireString(call.id, at(path, "id"));
  const { name, arguments: written } = decodeCalledFunction(call.function, at(path, "function"));
  const part: Draft<Extract<Part, { type: "tool-call" }>> = { type: "tool-call", id, name, arguments: written };
  setDefined(part, "state", readSignature(call));
  setDefined(part, "extensions", keep(unknownFields(call, callFields)).extensions);
  return part;
}

const customCallFields: ReadonlySet<string> = new Set(["id", "type", "custom"]);

function decodeCustomCall(call: JsonObject, path: string): Part {
  const customPath = at(path, "custom");
  const custom = requireObject(call.custom, customPath);
  return {
    type: "tool-call",
    id: requireString(call.id, at(path, "id")),
    name: requireString(custom.name, at(customPath, "name")),
    arguments: argumentsOfText(requireString(custom.input, at(customPath, "input"))),
    freeForm: true,
    ...keep(unknownFields(call, customCallFields)),
  };
}

function decodeLegacyCall(message: JsonObject, path: string, id: string): readonly Part[] {
  if (message.function_call === undefined || message.function_call === null) return [];
  return [{ type: "tool-call", id, ...decodeCalledFunction(message.function_call, at(path, "function_call")) }];
}

function decodeCalledFunction(value: Json | undefined, path: string) {
  const called = requireObject(value, path);
  const name = requireString(called.name, at(path, "name"));
  if (isObject(called.arguments)) return { name, arguments: writtenText(called.arguments) };
  return { name, arguments: optionalString(called, path, "arguments") ?? "" };
}

function decodeResult(message: JsonObject, path: string, callId: string): Message {
  const content = decodeContent(message.content, at(path, "content"));
  const rest = unknownFields(message, message.role === "tool" ? toolFields : resultFields);
  const result: Part = { type: "tool-result", callId, content, isError: false, ...decodeCache(message), ...keep(rest) };
  return { role: "user", path, content: [result] };
}
