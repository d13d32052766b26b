import type { Tool, ToolChoice } from "#core/completion";
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
import { decodeCache } from "./decode-parts";
import { dialect, keep } from "./wire";

const toolFields: ReadonlySet<string> = new Set(["type", "function"]);
const functionFields: ReadonlySet<string> = new Set(["name", "description", "parameters", "strict"]);

/** Reads one entry of `tools`. Custom (grammar) tools and tools that the provider runs are kept as they are. */
export function decodeTool(value: Json, path: string): Tool {
  const tool = requireObject(value, path);
  // Mistral and others take a tool without its type for a function.
  const type = optionalString(tool, path, "type") ?? "function";
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
