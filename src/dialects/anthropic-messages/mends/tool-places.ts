import { at } from "../../fields";
import type { SchemasOfTools } from "../../mends/schema-top";
import type { NamesOfTools } from "../../mends/tool-names";

/** Where the Messages API names the client's tools; those that Anthropic defines have names of its own. */
export const visitToolNames: NamesOfTools = (body, visit) => {
  for (const [index, tool] of (body.get("tools")?.elements() ?? []).entries()) {
    const type = tool.get("type")?.text() ?? "custom";
    if (type === "custom") visit(tool.get("name"), `${at("tools", index)}.name`);
  }
  visit(body.get("tool_choice")?.get("name"), "tool_choice.name");
  for (const [index, message] of (body.get("messages")?.elements() ?? []).entries()) {
    const path = `${at("messages", index)}.content`;
    for (const [place, block] of (message.get("content")?.elements() ?? []).entries()) {
      if (block.get("type")?.text() === "tool_use") visit(block.get("name"), `${at(path, place)}.name`);
    }
  }
};

/** What inputs of the client's tools look like. */
export const visitToolSchemas: SchemasOfTools = (body, visit) => {
  for (const [index, tool] of (body.get("tools")?.elements() ?? []).entries())
    visit(tool.get("input_schema"), `${at("tools", index)}.input_schema`);
};
