import type { CompletionRequest, Tool, ToolChoice } from "#core/completion";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { dialect, own } from "./wire";

/** `tools` and `toolConfig`. A free choice among some tools is said by offering only those. */
export function writeTools(body: Draft<JsonObject>, request: CompletionRequest, drop: (path: string) => void): void {
  const { toolChoice: choice, tools } = request;
  const declared: JsonObject[] = [];
  const run: JsonObject[] = [];
  for (const [index, tool] of tools.entries()) {
    if (tool.type === "provider") {
      if (tool.dialect === dialect) run.push(tool.definition);
      else drop(`tools[${index}]`);
    } else if (isOffered(tool.name, choice)) {
      if (tool.cache !== undefined) drop("cache_control");
      if (tool.strict === true) drop(`tools[${index}].strict`);
      declared.push(writeFunction(tool));
    }
  }
  if (request.parallelToolCalls === false && declared.length > 0) drop("parallel_tool_calls");
  if (declared.length + run.length === 0) {
    if (choice !== undefined && choice.type !== "auto" && choice.type !== "none") drop("tool_choice");
    return;
  }
  body.tools = [...(declared.length > 0 ? [{ functionDeclarations: declared }] : []), ...run];
  const config = declared.length === 0 ? undefined : choiceConfig(choice);
  if (config !== undefined) body.toolConfig = { functionCallingConfig: config };
}

function isOffered(name: string, choice: ToolChoice | undefined): boolean {
  return choice?.type !== "allowed" || choice.required || choice.names.includes(name);
}

/**
 * The whole of JSON Schema has a field of its own: https://ai.google.dev/api/caching#FunctionDeclaration. It must describe an
 * object, so that an empty one, which clients write for no parameters, is left out.
 */
function writeFunction(tool: Extract<Tool, { readonly type: "function" }>): JsonObject {
  const { description, extensions, name, parameters } = tool;
  return {
    ...own(extensions),
    name,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && !/^\{\s*\}$/.test(parameters) && { parametersJsonSchema: embedJson(parameters) }),
  };
}

function choiceConfig(choice: ToolChoice | undefined): JsonObject | undefined {
  switch (choice?.type) {
    case undefined:
      return undefined;
    case "none":
      return { mode: "NONE" };
    case "auto":
      return { mode: "AUTO" };
    case "required":
      return { mode: "ANY" };
    case "tool":
      return { mode: "ANY", allowedFunctionNames: [choice.name] };
    case "allowed":
      return choice.required ? { mode: "ANY", allowedFunctionNames: choice.names } : { mode: "AUTO" };
  }
}
