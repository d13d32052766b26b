import type { FreeForm, Tool, ToolChoice } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import {
  at,
  invalidField,
  isEmpty,
  optionalBoolean,
  optionalString,
  requireArray,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
} from "../fields";
import { freeFormParameters } from "../free-form";
import { decodeCache } from "./decode-parts";
import { dialect, keep } from "./wire";

const toolFields: ReadonlySet<string> = new Set(["type", "function"]);
const functionFields: ReadonlySet<string> = new Set(["name", "description", "parameters", "strict"]);

/** Reads one entry of `tools`. Tools that the provider runs are kept as they are. */
export function decodeTool(value: Json, path: string): Tool {
  const tool = requireObject(value, path);
  // Mistral and others take a tool without its type for a function.
  const type = optionalString(tool, path, "type") ?? "function";
  if (type === "custom") return decodeCustom(tool, path);
  if (type !== "function") return { type: "provider", dialect, definition: tool };
  const definition = requireObject(tool.function, at(path, "function"));
  const functionRest = unknownFields(definition, functionFields);
  const rest = unknownFields(tool, toolFields);
  if (isEmpty(functionRest) && isEmpty(rest)) return decodeFunction(definition, at(path, "function"));
  return {
    ...decodeFunction(definition, at(path, "function")),
    ...decodeCache({ ...functionRest, ...rest }),
    ...keep(isEmpty(functionRest) ? rest : { ...rest, function: functionRest }),
  };
}

const customFields: ReadonlySet<string> = new Set(["name", "description", "format"]);
const customToolFields: ReadonlySet<string> = new Set(["type", "custom"]);

/** `{type: "custom", custom: {name, description, format}}`: https://platform.openai.com/docs/api-reference/chat/create#chat_create-tools */
function decodeCustom(tool: JsonObject, path: string): Tool {
  const customPath = at(path, "custom");
  const custom = requireObject(tool.custom, customPath);
  const rest = { ...unknownFields(custom, customFields), ...unknownFields(tool, customToolFields) };
  const description = optionalString(custom, customPath, "description");
  const freeForm = decodeFormat(custom.format, at(customPath, "format"));
  return {
    type: "function",
    name: requireString(custom.name, at(customPath, "name")),
    ...(description !== undefined && { description }),
    parameters: freeFormParameters(freeForm),
    freeForm,
    ...decodeCache(rest),
    ...keep(rest),
  };
}

function decodeFormat(value: Json | undefined, path: string): FreeForm {
  const format = value === undefined || value === null ? {} : requireObject(value, path);
  if (format.type !== "grammar") return { type: "text" };
  const grammar = requireObject(format.grammar, at(path, "grammar"));
  const syntax = requireString(grammar.syntax, at(path, "grammar.syntax"));
  return { type: "grammar", syntax, definition: requireString(grammar.definition, at(path, "grammar.definition")) };
}

/** Reads a function's definition: of a tool, or an entry of the legacy `functions`. */
export function decodeFunction(definition: JsonObject, path: string): Extract<Tool, { type: "function" }> {
  const description = optionalString(definition, path, "description");
  const strict = optionalBoolean(definition, path, "strict");
  const parameters = definition.parameters ?? undefined;
  if (parameters !== undefined && !isObject(parameters))
    throw invalidField(at(path, "parameters"), "an object", parameters);
  const tool: Draft<Extract<Tool, { type: "function" }>> = {
    type: "function",
    name: requireString(definition.name, at(path, "name")),
  };
  setDefined(tool, "description", description);
  if (parameters !== undefined) tool.parameters = writtenText(parameters);
  setDefined(tool, "strict", strict);
  return tool;
}

/** Reads `tool_choice`, or the legacy `function_call`. */
export function decodeToolChoice(value: Json, path: string): ToolChoice {
  if (typeof value === "string") return decodeChoiceWord(value, path);
  if (!isObject(value)) throw invalidField(path, "a string or an object", value);
  if (value.type === "allowed_tools") return decodeAllowedTools(value, path);
  const key = isObject(value.custom) ? "custom" : "function";
  const named = isObject(value[key]) ? value[key] : value;
  const namePath = named === value ? at(path, "name") : at(at(path, key), "name");
  return { type: "tool", name: requireString(named.name, namePath) };
}

function decodeChoiceWord(word: string, path: string): ToolChoice {
  switch (word) {
    case "auto":
    case "none":
    case "required":
      return { type: word };
    // Mistral's word for `required`.
    case "any":
      return { type: "required" };
    default:
      throw invalidField(path, "none, auto, required or an object", word);
  }
}

function decodeAllowedTools(choice: JsonObject, path: string): ToolChoice {
  const allowedPath = at(path, "allowed_tools");
  const allowed = requireObject(choice.allowed_tools, allowedPath);
  const toolsPath = at(allowedPath, "tools");
  const names = requireArray(allowed.tools, toolsPath).map((value, index) => {
    const tool = requireObject(value, at(toolsPath, index));
    const named = isObject(tool.custom) ? tool.custom : tool.function;
    const namedPath = at(at(toolsPath, index), "function");
    return requireString(requireObject(named, namedPath).name, at(namedPath, "name"));
  });
  return { type: "allowed", names, required: allowed.mode === "required" };
}
