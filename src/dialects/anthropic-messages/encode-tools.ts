import type { CompletionRequest, Tool } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { embedJson, type JsonText } from "#lib/json-text";
import { setDefined } from "../fields";
import { encodeCacheControl } from "./cache-control";
import { dialect, own } from "./wire";

/** `tools` and `tool_choice`. A choice among several named tools is said by offering only those. */
export function writeTools(body: Draft<JsonObject>, request: CompletionRequest, dropped: string[]): void {
  const choice = request.toolChoice;
  const tools = request.tools.flatMap((tool, i) => {
    if (choice?.type === "allowed" && tool.type === "function" && !choice.names.includes(tool.name)) return [];
    const encoded = encodeTool(tool);
    if (!encoded) dropped.push(`tools[${i}]`);
    return encoded ? [encoded] : [];
  });
  if (tools.length > 0) {
    body.tools = tools;
    setDefined(body, "tool_choice", encodeChoice(request));
  }
  // Anthropic refuses a choice without tools.
  else if (choice && choice.type !== "none" && choice.type !== "auto") dropped.push("tool_choice");
}

function encodeTool(tool: Tool): JsonObject | undefined {
  if (tool.type === "provider") return tool.dialect === dialect ? tool.definition : undefined;
  const written: Draft<JsonObject> = { ...own(tool.extensions), name: tool.name };
  setDefined(written, "description", tool.description);
  written.input_schema = objectSchema(tool.parameters);
  // False is the default, and unknown to look-alikes.
  if (tool.strict) written.strict = true;
  return tool.cache === undefined ? written : { ...written, ...encodeCacheControl(tool) };
}

/** Anthropic requires a schema, and `type: object` in it. */
function objectSchema(parameters: JsonText | undefined): JsonObject {
  // Nearly all begin with it, and are not parsed again.
  if (parameters !== undefined && /^\s*\{\s*"type"\s*:/.test(parameters)) return embedJson(parameters);
  const schema = parameters === undefined ? undefined : tryParseJson(parameters);
  if (parameters === undefined || !isObject(schema)) return { type: "object", properties: {} };
  if (schema.type !== undefined) return embedJson(parameters);
  const rest = parameters.slice(parameters.indexOf("{") + 1);
  return embedJson(`{"type":"object"${rest.trimStart().startsWith("}") ? "" : ","}${rest}`);
}

function encodeChoice(request: CompletionRequest): JsonObject | undefined {
  const parallel = request.parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  const choice = request.toolChoice;
  switch (choice?.type) {
    case undefined:
      return request.parallelToolCalls === false ? { type: "auto", ...parallel } : undefined;
    case "auto":
      return { type: "auto", ...parallel };
    case "none":
      return { type: "none" };
    case "required":
      return { type: "any", ...parallel };
    case "tool":
      return { type: "tool", name: choice.name, ...parallel };
    case "allowed":
      return { type: choice.required ? "any" : "auto", ...parallel };
  }
}
