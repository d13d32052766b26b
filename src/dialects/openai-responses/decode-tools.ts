import type { CompletionRequest, FreeForm, Tool, ToolChoice } from "#core/completion";
import type { Draft } from "#lib/draft";
import { arrayOf, isArray, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";
import {
  at,
  invalidField,
  optionalArray,
  optionalBoolean,
  optionalString,
  requireArray,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
} from "../fields";
import { freeFormParameters } from "../free-form";
import { dialect, keep, own } from "./wire";

/**
 * The name of a tool in the pivot, which knows no namespaces: its own where no other has it, else with its namespace
 * before it. What calls it gets both back (`toolPlaces`).
 */
export type ToolNaming = (name: string, namespace: string | undefined) => string;

/** Reads `tools`. Those of a namespace are functions like the others; tools that the provider runs are kept as they are. */
export function decodeTools(body: JsonObject): { readonly tools: readonly Tool[]; readonly naming: ToolNaming } {
  const entries = optionalArray(body, "", "tools") ?? [];
  const taken = new Set(entries.map((entry) => (isObject(entry) ? (stringOf(entry, "name") ?? "") : "")));
  const flat = new Map<string, string>();
  const nameIn = (namespace: string, name: string): string => {
    const made = taken.has(name) ? `${namespace}__${name}` : name;
    taken.add(made);
    flat.set(`${namespace}/${name}`, made);
    return made;
  };
  const tools = entries.flatMap((entry, index) => {
    const path = at("tools", index);
    const tool = requireObject(entry, path);
    return tool.type === "namespace" ? decodeNamespace(tool, path, nameIn) : [decodeTool(tool, path)];
  });
  return {
    tools,
    naming: (name, namespace) => (namespace === undefined ? name : (flat.get(`${namespace}/${name}`) ?? name)),
  };
}

/** https://platform.openai.com/docs/guides/tools-tool-search: `{type: "namespace", name, description, tools}` */
function decodeNamespace(
  space: JsonObject,
  path: string,
  nameIn: (namespace: string, name: string) => string,
): readonly Tool[] {
  const namespace = requireString(space.name, at(path, "name"));
  const toolsPath = at(path, "tools");
  return requireArray(space.tools, toolsPath).map((entry, index) => {
    const tool = decodeTool(requireObject(entry, at(toolsPath, index)), at(toolsPath, index));
    if (tool.type !== "function") return tool;
    const { name } = tool;
    return { ...tool, name: nameIn(namespace, name), ...keep({ ...own(tool.extensions), place: { namespace, name } }) };
  });
}

const functionFields: ReadonlySet<string> = new Set(["type", "name", "description", "parameters", "strict"]);
const customFields: ReadonlySet<string> = new Set(["type", "name", "description", "format"]);

function decodeTool(tool: JsonObject, path: string): Tool {
  switch (requireString(tool.type, at(path, "type"))) {
    case "function":
      return decodeFunction(tool, path);
    case "custom":
      return decodeCustom(tool, path);
    default:
      return { type: "provider", dialect, definition: tool };
  }
}

type FunctionTool = Extract<Tool, { readonly type: "function" }>;

function decodeFunction(tool: JsonObject, path: string): Tool {
  const parameters = tool.parameters ?? undefined;
  if (parameters !== undefined && !isObject(parameters))
    throw invalidField(at(path, "parameters"), "an object", parameters);
  const made: Draft<FunctionTool> = { type: "function", name: requireString(tool.name, at(path, "name")) };
  setDefined(made, "description", optionalString(tool, path, "description"));
  if (parameters !== undefined) made.parameters = writtenText(parameters);
  setDefined(made, "strict", optionalBoolean(tool, path, "strict"));
  setDefined(made, "extensions", keep(unknownFields(tool, functionFields)).extensions);
  return made;
}

function decodeCustom(tool: JsonObject, path: string): Tool {
  const freeForm = decodeFormat(tool.format, at(path, "format"));
  const made: Draft<FunctionTool> = {
    type: "function",
    name: requireString(tool.name, at(path, "name")),
    parameters: freeFormParameters(freeForm),
    freeForm,
  };
  setDefined(made, "description", optionalString(tool, path, "description"));
  setDefined(made, "extensions", keep(unknownFields(tool, customFields)).extensions);
  return made;
}

function decodeFormat(value: Json | undefined, path: string): FreeForm {
  const format = value === undefined || value === null ? {} : requireObject(value, path);
  if (format.type !== "grammar") return { type: "text" };
  const syntax = requireString(format.syntax, at(path, "syntax"));
  return { type: "grammar", syntax, definition: requireString(format.definition, at(path, "definition")) };
}

/** Where the client has each tool that another name stands for in the pivot. */
export function toolPlaces(request: CompletionRequest | undefined): ReadonlyMap<string, JsonObject> {
  const places = new Map<string, JsonObject>();
  for (const tool of request?.tools ?? []) {
    const place = tool.type === "function" ? own(tool.extensions).place : undefined;
    if (tool.type === "function" && isObject(place)) places.set(tool.name, place);
  }
  return places;
}

/** Reads `tool_choice`. One of a tool that the provider runs says nothing to others. */
export function decodeToolChoice(value: Json | undefined): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const path = "tool_choice";
  if (typeof value === "string") {
    if (value === "auto" || value === "none" || value === "required") return { type: value };
    throw invalidField(path, "none, auto, required or an object", value);
  }
  if (!isObject(value)) throw invalidField(path, "a string or an object", value);
  if (value.type === "allowed_tools") {
    const names = arrayOf(value, "tools").flatMap((tool) => (isObject(tool) ? (stringOf(tool, "name") ?? []) : []));
    return { type: "allowed", names, required: value.mode === "required" };
  }
  const isNamed = value.type === "function" || value.type === "custom";
  return isNamed ? { type: "tool", name: requireString(value.name, at(path, "name")) } : undefined;
}

/** Whether a choice is of a tool that the provider runs (`{type: "web_search"}`). */
export function isHostedChoice(value: Json | undefined): boolean {
  return (
    isObject(value) &&
    !isArray(value) &&
    !["function", "custom", "allowed_tools"].includes(stringOf(value, "type") ?? "")
  );
}
