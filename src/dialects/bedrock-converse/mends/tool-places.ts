import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { SchemasOfTools } from "../../mends/schema-top";
import type { NamesOfTools } from "../../mends/tool-names";

/** Where Converse names the client's tools. */
export const visitToolNames: NamesOfTools = (body, visit) => {
  eachSpec(body, (spec, path) => visit(spec.get("name"), `${path}.name`));
  visit(body.get("toolConfig")?.get("toolChoice")?.get("tool")?.get("name"), "toolConfig.toolChoice.tool.name");
  for (const [index, message] of (body.get("messages")?.elements() ?? []).entries()) {
    const path = `${at("messages", index)}.content`;
    for (const [place, block] of (message.get("content")?.elements() ?? []).entries())
      visit(block.get("toolUse")?.get("name"), `${at(path, place)}.toolUse.name`);
  }
};

/** What inputs of the client's tools look like. */
export const visitToolSchemas: SchemasOfTools = (body, visit) =>
  eachSpec(body, (spec, path) => visit(spec.get("inputSchema")?.get("json"), `${path}.inputSchema.json`));

export function eachSpec(body: EditableFields, visit: (spec: JsonNode, path: string) => void): void {
  for (const [index, tool] of (body.get("toolConfig")?.get("tools")?.elements() ?? []).entries()) {
    const spec = tool.get("toolSpec");
    if (spec !== undefined) visit(spec, `${at("toolConfig.tools", index)}.toolSpec`);
  }
}
