import type { FreeForm, Tool, ToolChoice } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { at, setDefined } from "../fields";
import { isFreeForm } from "../free-form";
import { encodeCache } from "./encode-parts";
import type { Losses } from "./losses";
import { dialect, own } from "./wire";

type FunctionTool = Extract<Tool, { readonly type: "function" }>;

export function encodeTools(tools: readonly Tool[], losses: Losses): readonly JsonObject[] {
  return tools.map((tool, index) => encodeTool(tool, at("tools", index), losses)).filter((tool) => tool !== undefined);
}

function encodeTool(tool: Tool, path: string, losses: Losses): JsonObject | undefined {
  if (tool.type === "provider") {
    if (tool.dialect === dialect) return tool.definition;
    losses.drop(path);
    return undefined;
  }
  if (tool.freeForm !== undefined && losses.traits.free_form_tools === true) return encodeCustom(tool, tool.freeForm);
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

function encodeCustom(tool: FunctionTool, freeForm: FreeForm): JsonObject {
  const custom: Draft<JsonObject> = { name: tool.name };
  setDefined(custom, "description", tool.description);
  if (freeForm.type === "grammar") {
    const { syntax, definition } = freeForm;
    custom.format = { type: "grammar", grammar: { syntax, definition } };
  }
  return { type: "custom", custom, ...own(tool.extensions) };
}

/** Each tool that is named, as what it is offered as. */
export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[], losses: Losses): string | JsonObject {
  const named = (name: string): JsonObject => {
    const isCustom = losses.traits.free_form_tools === true && tools.some((tool) => isFreeForm(tool, name));
    return isCustom ? { type: "custom", custom: { name } } : { type: "function", function: { name } };
  };

  switch (choice.type) {
    case "auto":
    case "none":
    case "required":
      return choice.type;
    case "tool":
      return named(choice.name);
    case "allowed": {
      const allowed = { mode: choice.required ? "required" : "auto", tools: choice.names.map(named) };
      return { type: "allowed_tools", allowed_tools: allowed };
    }
  }
}
