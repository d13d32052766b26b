import type { Tool, ToolChoice } from "#core/completion";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { at, setDefined } from "../fields";
import { isFreeForm } from "../free-form";
import { dialect } from "./wire";

export function encodeTools(tools: readonly Tool[], dropped: string[]): readonly JsonObject[] {
  return tools.flatMap((tool, index) => {
    if (tool.type === "function") {
      if (tool.cache !== undefined) dropped.push("cache_control");
      return [tool.freeForm === undefined ? encodeFunction(tool) : encodeCustom(tool, tool.freeForm)];
    }
    if (tool.dialect === dialect) return [tool.definition];
    dropped.push(at("tools", index));
    return [];
  });
}

type FunctionTool = Extract<Tool, { readonly type: "function" }>;

/** A function is strict here unless it says otherwise, and its schema refused where it is not made for that. */
function encodeFunction(tool: FunctionTool): JsonObject {
  const written: Draft<JsonObject> = { type: "function", name: tool.name };
  setDefined(written, "description", tool.description);
  written.parameters = tool.parameters === undefined ? { type: "object", properties: {} } : embedJson(tool.parameters);
  written.strict = tool.strict ?? false;
  return written;
}

function encodeCustom({ name, description }: FunctionTool, format: NonNullable<FunctionTool["freeForm"]>): JsonObject {
  const written: Draft<JsonObject> = { type: "custom", name };
  setDefined(written, "description", description);
  written.format = { ...format };
  return written;
}

export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[]): string | JsonObject {
  const named = (name: string): JsonObject => {
    const isCustom = tools.some((tool) => isFreeForm(tool, name));
    return { type: isCustom ? "custom" : "function", name };
  };
  switch (choice.type) {
    case "auto":
    case "none":
    case "required":
      return choice.type;
    case "tool":
      return named(choice.name);
    case "allowed":
      return { type: "allowed_tools", mode: choice.required ? "required" : "auto", tools: choice.names.map(named) };
  }
}
