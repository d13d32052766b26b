import type { Message, Part, Role } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Draft } from "#lib/draft";
import { arrayOf, isArray, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { at, invalidField, optionalString, requireObject, requireString, setDefined } from "../fields";
import { argumentsOfText } from "../free-form";
import { joinStates } from "../part-states";
import { decodeContent } from "./decode-content";
import type { ToolNaming } from "./decode-tools";
import { readState } from "./reasoning-state";
import { dialect } from "./wire";

/**
 * Reads `instructions` and `input`. What the assistant said, thought and called in a row becomes one message, and so do the
 * results that answer it: items have no turns.
 */
export function decodeInput({ instructions, input }: JsonObject, naming: ToolNaming): readonly Message[] {
  const messages: Message[] = [];
  if (typeof instructions === "string" && instructions !== "")
    messages.push({ role: "system", path: "instructions", content: [{ type: "text", text: instructions }] });
  else if (isArray(instructions)) addItems(messages, instructions, "instructions", naming);
  if (typeof input === "string")
    messages.push({ role: "user", path: "input", content: [{ type: "text", text: input }] });
  else if (isArray(input)) addItems(messages, input, "input", naming);
  else if (input !== undefined && input !== null) throw invalidField("input", "a string or an array", input);
  if (messages.length === 0) throw invalidField("input", "a string or an array of at least one item", input);
  return messages.map(withStates);
}

/** Messages whose parts came as items of their own. */
type Turn = { readonly role: Role; readonly path: string; readonly content: Part[] };

function addItems(messages: Message[], items: readonly Json[], listPath: string, naming: ToolNaming): void {
  let turn: Turn | undefined;
  for (const [index, value] of items.entries()) {
    const path = at(listPath, index);
    const item = requireObject(value, path);
    const { role, parts, joins } = decodeItem(item, path, naming);
    if (turn?.role === role && joins) turn.content.push(...parts);
    else {
      const message: Turn = { role, path, content: [...parts] };
      turn = joins ? message : undefined;
      messages.push(withExtras(message, item));
    }
  }
}

/** A name of the speaker, as Chat Completions has it, is taken by some look-alikes. */
function withExtras(message: Turn, item: JsonObject): Message {
  const made: Draft<Message> = message;
  if (message.role === "user") setDefined(made, "name", stringOf(item, "name"));
  return made;
}

/** Parts that another dialect signed get their signatures back. */
function withStates(message: Message): Message {
  const content = joinStates(message.content);
  return content === message.content ? message : { ...message, content };
}

type DecodedItem = { readonly role: Role; readonly parts: readonly Part[]; readonly joins: boolean };

function decodeItem(item: JsonObject, path: string, naming: ToolNaming): DecodedItem {
  const type = optionalString(item, path, "type") ?? (item.role === undefined ? "" : "message");
  switch (type) {
    case "message":
      return decodeMessage(item, path);
    case "reasoning":
      return assistant(decodeReasoning(item));
    case "function_call":
    case "custom_tool_call":
      return assistant([decodeCall(item, path, naming)]);
    case "function_call_output":
    case "custom_tool_call_output":
      return results([decodeResult(item, path)]);
    case "item_reference":
      throw notKept(requireString(item.id, at(path, "id")), at(path, "id"));
    case "":
      throw invalidField(at(path, "type"), "the type of an item", item.type);
    default:
      // Calls of tools that the provider or its client's harness runs, and what came of them.
      return clientItems.test(type) ? results([opaque(item)]) : assistant([opaque(item)]);
  }
}

const clientItems = /_output$|^mcp_approval_response$|^compaction_trigger$|^additional_tools$/;

function assistant(parts: readonly Part[]): DecodedItem {
  return { role: "assistant", parts, joins: true };
}

function results(parts: readonly Part[]): DecodedItem {
  return { role: "user", parts, joins: true };
}

function opaque(value: JsonObject): Part {
  return { type: "opaque", dialect, value };
}

function decodeMessage(item: JsonObject, path: string): DecodedItem {
  const { role } = item;
  const parts = decodeContent(item.content, at(path, "content"));
  switch (role) {
    case "assistant":
      return assistant(parts);
    case "system":
    case "developer":
    case "user":
      return { role, parts, joins: false };
    default:
      throw invalidField(at(path, "role"), "one of system, developer, user or assistant", role);
  }
}

/** The thoughts as they were; where the provider showed a summary alone, that. */
function decodeReasoning(item: JsonObject): readonly Part[] {
  const state = readState(item);
  const summary = textsIn(item, "summary");
  const text = textsIn(item, "content");
  if (text === "" && summary === "" && state === undefined) return [];
  const isSummary = text === "" && summary !== "";
  const shown = isSummary ? summary : text;
  return [{ type: "reasoning", text: shown, ...(isSummary && { isSummary }), ...(state && { state }) }];
}

/** Parts of a summary are paragraphs. */
function textsIn(item: JsonObject, field: "summary" | "content"): string {
  const texts = arrayOf(item, field).filter(isObject);
  return texts.map((part) => stringOf(part, "text") ?? "").join("\n\n");
}

function decodeCall(item: JsonObject, path: string, naming: ToolNaming): Part {
  const id = requireString(item.call_id ?? item.id, at(path, "call_id"));
  const name = naming(requireString(item.name, at(path, "name")), optionalString(item, path, "namespace"));
  const itemId = optionalString(item, path, "id");
  const call: Draft<Extract<Part, { type: "tool-call" }>> = { type: "tool-call", id, name, arguments: "" };
  if (item.type === "custom_tool_call") {
    call.arguments = argumentsOfText(requireString(item.input, at(path, "input")));
    call.freeForm = true;
  } else {
    // Some harnesses bring them back as an object.
    const { arguments: written } = item;
    call.arguments = isObject(written) ? writtenText(written) : requireString(written, at(path, "arguments"));
  }
  if (itemId !== undefined && itemId !== id) call.itemId = itemId;
  return call;
}

function decodeResult(item: JsonObject, path: string): Part {
  const callId = requireString(item.call_id, at(path, "call_id"));
  const { output } = item;
  const content = isObject(output)
    ? [{ type: "text", text: writtenText(output) } as const]
    : decodeContent(output, at(path, "output"));
  return { type: "tool-result", callId, content, isError: false };
}

/** Of an object that only the provider which made it could know. */
export function notKept(id: string, param: string): GatewayError {
  const remedy = "ask the model that made it, or send what it stands for";
  return new GatewayError(
    "not_found",
    `Cannot find "${id}": nothing of this id is kept for the model that is asked; ${remedy}`,
    { param },
  );
}
