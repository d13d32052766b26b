import type { Tool, ToolChoice } from "#core/completion";
import type { Json, JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import {
  at,
  invalidField,
  optionalBoolean,
  optionalObject,
  optionalString,
  requireObject,
  requireString,
} from "../fields";
import { blockFields, decodeRest } from "./cache-control";
import { dialect } from "./wire";

const toolFields = blockFields("name", "description", "input_schema", "strict");

/** Reads one tool: a function of the client's, or one that Anthropic runs (any `type` but `custom`). */
export function decodeTool(value: Json, path: string): Tool {
  const tool = requireObject(value, path);
  const type = optionalString(tool, path, "type");
  if (type !== undefined && type !== "custom") return { type: "provider", dialect, definition: tool };
  const description = optionalString(tool, path, "description");
  const parameters = optionalObject(tool, path, "input_schema");
  const strict = optionalBoolean(tool, path, "strict");
  return {
    type: "function",
    name: requireString(tool.name, at(path, "name")),
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters: writtenText(parameters) }),
    ...(strict !== undefined && { strict }),
    ...decodeRest(tool, toolFields),
  };
}

type Choice = { readonly toolChoice?: ToolChoice; readonly parallelToolCalls?: boolean };

export function decodeToolChoice(choice: JsonObject | undefined): Choice {
  if (!choice) return {};
  const disabled = optionalBoolean(choice, "tool_choice", "disable_parallel_tool_use");
  return {
    toolChoice: decodeMode(choice),
    ...(disabled !== undefined && { parallelToolCalls: !disabled }),
  };
}

function decodeMode(choice: JsonObject): ToolChoice {
  const type = requireString(choice.type, "tool_choice.type");
  switch (type) {
    case "auto":
    case "none":
      return { type };
    case "any":
      return { type: "required" };
    case "tool":
      return { type: "tool", name: requireString(choice.name, "tool_choice.name") };
    default:
      throw invalidField("tool_choice.type", "auto, any, tool or none", type);
  }
}
