import type { CompletionRequest, Tool } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { embedJson, type JsonText } from "#lib/json-text";
import { setDefined } from "../fields";
import { encodeMarker } from "./encode-content";
import { isNova } from "./nova";
import { dialect } from "./wire";

/**
 * `toolConfig`. A choice among several named tools is said by offering only those, and none by offering no tool. Where
 * earlier turns called tools Bedrock requires it: then tools stay although none may be called, and those that are only
 * remembered are offered by name.
 */
export function encodeToolConfig(request: CompletionRequest, model: string, dropped: string[]): JsonObject | undefined {
  const { toolChoice } = request;
  const remembered = rememberedNames(request);
  if (toolChoice?.type === "none" && remembered.length === 0) return undefined;
  if (toolChoice?.type === "none") dropped.push("tool_choice");
  const tools = request.tools.flatMap((tool, index): readonly JsonObject[] => {
    if (toolChoice?.type === "allowed" && tool.type === "function" && !toolChoice.names.includes(tool.name)) return [];
    const entry = encodeTool(tool);
    if (entry === undefined) dropped.push(`tools[${index}]`);
    if (entry === undefined || tool.type !== "function" || tool.cache === undefined)
      return entry === undefined ? [] : [entry];
    // Nova takes markers in `system` and messages alone: https://github.com/NousResearch/hermes-agent/issues/97281
    if (!isNova(model)) return [entry, encodeMarker(tool.cache)];
    dropped.push(`tools[${index}].cache_control`);
    return [entry];
  });
  if (tools.length === 0) tools.push(...remembered.map(rememberedTool));
  if (request.parallelToolCalls === false && tools.length > 0) dropped.push("parallel_tool_calls");
  if (tools.length === 0) {
    if (toolChoice !== undefined && toolChoice.type !== "auto" && toolChoice.type !== "none")
      dropped.push("tool_choice");
    return undefined;
  }
  const choice = encodeChoice(request);
  return { tools, ...(choice !== undefined && { toolChoice: choice }) };
}

/** Names of tools that earlier turns called. */
function rememberedNames({ messages }: CompletionRequest): readonly string[] {
  const names = new Set<string>();
  for (const { content } of messages) for (const part of content) if (part.type === "tool-call") names.add(part.name);
  return [...names];
}

function rememberedTool(name: string): JsonObject {
  return { toolSpec: { name, description: "Not available any more.", inputSchema: { json: noArguments } } };
}

const noArguments: JsonObject = { type: "object", properties: {} };

function encodeTool(tool: Tool): JsonObject | undefined {
  if (tool.type === "provider") return tool.dialect === dialect ? tool.definition : undefined;
  const spec: Draft<JsonObject> = { name: tool.name };
  setDefined(spec, "description", tool.description || undefined);
  spec.inputSchema = { json: objectSchema(tool.parameters) };
  if (tool.strict) spec.strict = true;
  return { toolSpec: spec };
}

/** Bedrock requires a schema, and `type: object` in it. */
function objectSchema(parameters: JsonText | undefined): JsonObject {
  const schema = parameters === undefined ? undefined : tryParseJson(parameters);
  if (parameters === undefined || !isObject(schema)) return noArguments;
  if (schema.type !== undefined) return embedJson(parameters);
  const rest = parameters.slice(parameters.indexOf("{") + 1);
  return embedJson(`{"type":"object"${rest.trimStart().startsWith("}") ? "" : ","}${rest}`);
}

function encodeChoice({ toolChoice }: CompletionRequest): JsonObject | undefined {
  switch (toolChoice?.type) {
    case undefined:
    case "none":
    case "auto":
      return undefined;
    case "required":
      return { any: {} };
    case "tool":
      return { tool: { name: toolChoice.name } };
    case "allowed":
      return toolChoice.required ? { any: {} } : undefined;
  }
}
