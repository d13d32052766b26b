import type { Tool, ToolChoice } from "#core/completion";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { at, invalidField, optionalString, requireArray, requireObject, requireString, unknownFields } from "../fields";
import { callingModes, wordOf } from "./enum-words";
import { jsonSchemaOf } from "./schema-from-google";
import { bothSpellings, dialect, field, keep, listOf, nameIn } from "./wire";

/** Reads `tools`: functions of the client's, and what Google runs itself. */
export function decodeTools(value: Json | undefined): readonly Tool[] {
  return listOf(value).flatMap((entry, index) =>
    decodeTool(requireObject(entry, at("tools", index)), at("tools", index)),
  );
}

function decodeTool(tool: JsonObject, path: string): readonly Tool[] {
  const named = nameIn(tool, "functionDeclarations");
  const declared = listOf(tool[named]).map((each, index) =>
    decodeFunction(requireObject(each, at(at(path, named), index)), at(at(path, named), index)),
  );
  const others = Object.entries(tool).filter(([name, each]) => name !== named && each !== undefined && each !== null);
  const run = others.map(([name, each]) => ({ type: "provider", dialect, definition: { [name]: each } }) as const);
  return [...declared, ...run];
}

const functionFields = bothSpellings("name", "description", "parameters", "parametersJsonSchema");

function decodeFunction(declared: JsonObject, path: string): Tool {
  const description = optionalString(declared, path, "description");
  const schema = field(declared, "parametersJsonSchema");
  const google = field(declared, "parameters");
  const parameters = isObject(schema)
    ? writtenText(schema)
    : isObject(google)
      ? jsonSchemaOf(writtenText(google))
      : undefined;
  return {
    type: "function",
    name: requireString(declared.name, at(path, "name")),
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters }),
    ...keep(unknownFields(declared, functionFields)),
  };
}

/** `toolConfig.functionCallingConfig`: https://ai.google.dev/api/caching#FunctionCallingConfig */
export function decodeToolChoice(config: Json | undefined): ToolChoice | undefined {
  const calling = isObject(config) ? field(config, "functionCallingConfig") : undefined;
  if (!isObject(calling)) return undefined;
  const path = "toolConfig.functionCallingConfig";
  const listed = field(calling, "allowedFunctionNames");
  const names =
    listed === undefined
      ? []
      : requireArray(listed, at(path, "allowedFunctionNames")).map((name, index) =>
          requireString(name, at(at(path, "allowedFunctionNames"), index)),
        );
  const mode = optionalString({ mode: wordOf(callingModes, calling.mode) }, path, "mode") ?? "AUTO";
  switch (mode.toUpperCase()) {
    case "NONE":
      return { type: "none" };
    case "ANY":
      return chosen(names, true);
    case "AUTO":
    case "VALIDATED":
    case "MODE_UNSPECIFIED":
      return chosen(names, false);
    default:
      throw invalidField(at(path, "mode"), "AUTO, ANY, NONE or VALIDATED", mode);
  }
}

function chosen(names: readonly string[], required: boolean): ToolChoice {
  const [only, second] = names;
  if (only === undefined) return { type: required ? "required" : "auto" };
  if (required && second === undefined) return { type: "tool", name: only };
  return { type: "allowed", names, required };
}
