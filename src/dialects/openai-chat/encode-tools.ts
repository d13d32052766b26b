import type { Tool, ToolChoice } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { at, setDefined } from "../fields";
import { encodeCache } from "./encode-parts";
import type { Losses } from "./losses";
import { dialect, own } from "./wire";

export function encodeTools(tools: readonly Tool[], losses: Losses): readonly JsonObject[] {
  return tools.map((tool, index) => encodeTool(tool, at("tools", index), losses)).filter((tool) => tool !== undefined);
}

function encodeTool(tool: Tool, path: string, losses: Losses): JsonObject | undefined {
  if (tool.type === "provider") {
    if (tool.dialect === dialect) return tool.definition;
    losses.drop(path);
    return undefined;
  }
  const definition: Draft<JsonObject> = { name: tool.name };
  setDefined(definition, "description", tool.description);
  if (tool.parameters !== undefined) definition.parameters = embedJson(tool.parameters);
  setDefined(definition, "strict", tool.strict);
  if (tool.extensions === undefined && tool.cache === undefined) return { type: "function", function: definition };
  const { function: functionExtras, ...extras } = own(tool.extensions);
  const marked = isObject(functionExtras) && functionExtras.cache_control !== undefined;
  return {
    type: "function",
    function: { ...definition, ...(isObject(functionExtras) && functionExtras) },
    // Some clients mark the function, not the tool; such a marker came back above.
    ...(marked ? extras : encodeCache(tool.cache, extras, losses.marksTools, losses)),
  };
}

export function encodeToolChoice(choice: ToolChoice): string | JsonObject {
  switch (choice.type) {
    case "auto":
    case "none":
    case "required":
      return choice.type;
    case "tool":
      return { type: "function", function: { name: choice.name } };
    case "allowed": {
      const tools = choice.names.map((name) => ({ type: "function", function: { name } }));
      return { type: "allowed_tools", allowed_tools: { mode: choice.required ? "required" : "auto", tools } };
    }
  }
}
