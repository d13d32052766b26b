import type { Tool, ToolChoice } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import {
  at,
  invalidField,
  optionalArray,
  optionalBoolean,
  optionalObject,
  optionalString,
  requireObject,
  requireString,
} from "../fields";
import { decodeMarker } from "./decode-content";
import { dialect } from "./wire";

const path = "toolConfig.tools";

/** Reads `toolConfig.tools`: functions, tools that Bedrock runs, and cache points, which mark the tool before them. */
export function decodeTools(toolConfig: JsonObject): readonly Tool[] {
  const tools: Tool[] = [];
  for (const [index, value] of (optionalArray(toolConfig, "toolConfig", "tools") ?? []).entries()) {
    const entry = requireObject(value, at(path, index));
    const last = tools.at(-1);
    if (isObject(entry.cachePoint) && last?.type === "function")
      tools.splice(-1, 1, { ...last, cache: decodeMarker(entry.cachePoint) });
    else if (isObject(entry.toolSpec)) tools.push(decodeSpec(entry.toolSpec, `${at(path, index)}.toolSpec`));
    else tools.push({ type: "provider", dialect, definition: entry });
  }
  return tools;
}

function decodeSpec(spec: JsonObject, specPath: string): Tool {
  const description = optionalString(spec, specPath, "description");
  const strict = optionalBoolean(spec, specPath, "strict");
  const schema = optionalObject(requireObject(spec.inputSchema ?? {}, at(specPath, "inputSchema")), specPath, "json");
  return {
    type: "function",
    name: requireString(spec.name, at(specPath, "name")),
    ...(description !== undefined && { description }),
    ...(schema !== undefined && { parameters: writtenText(schema) }),
    ...(strict !== undefined && { strict }),
  };
}

export function decodeToolChoice(choice: JsonObject | undefined): ToolChoice | undefined {
  if (choice === undefined) return undefined;
  if (choice.auto !== undefined) return { type: "auto" };
  if (choice.any !== undefined) return { type: "required" };
  if (isObject(choice.tool))
    return { type: "tool", name: requireString(choice.tool.name, "toolConfig.toolChoice.tool.name") };
  throw invalidField("toolConfig.toolChoice", "auto, any or tool", choice);
}
