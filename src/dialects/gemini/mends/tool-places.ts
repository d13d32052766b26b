import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { NamesOfTools } from "../../mends/tool-names";
import { snakeCase } from "../wire";

// A request that passes may be written in camel or in snake case.

/** A field under either of its names, and the one that it has. */
export function fieldOf(node: Pick<JsonNode, "get"> | undefined, name: string): JsonNode | undefined {
  return node?.get(name) ?? node?.get(snakeCase(name));
}

/** Every element of a list with its path; of what stands there without a list, itself. */
export function each(list: JsonNode | undefined, path: string, visit: (node: JsonNode, path: string) => void): void {
  if (list?.isObject === true) visit(list, path);
  for (const [index, node] of (list?.elements() ?? []).entries()) visit(node, at(path, index));
}

/** Every function that is declared. */
export function eachFunction(body: EditableFields, visit: (declared: JsonNode, path: string) => void): void {
  each(body.get("tools"), "tools", (tool, path) =>
    each(fieldOf(tool, "functionDeclarations"), `${path}.functionDeclarations`, visit),
  );
}

/** Every part of every content. */
export function eachPart(body: EditableFields, visit: (part: JsonNode, path: string) => void): void {
  each(body.get("contents"), "contents", (content, path) => each(content.get("parts"), `${path}.parts`, visit));
}

/** Where functions are named: in tools, choice and history. */
export const visitToolNames: NamesOfTools = (body, visit) => {
  eachFunction(body, (declared, path) => visit(declared.get("name"), `${path}.name`));
  const config = body.get("toolConfig") ?? body.get("tool_config");
  const allowed = fieldOf(fieldOf(config, "functionCallingConfig"), "allowedFunctionNames");
  each(allowed, "toolConfig.functionCallingConfig.allowedFunctionNames", visit);
  eachPart(body, (part, path) => {
    visit(fieldOf(part, "functionCall")?.get("name"), `${path}.functionCall.name`);
    visit(fieldOf(part, "functionResponse")?.get("name"), `${path}.functionResponse.name`);
  });
};
