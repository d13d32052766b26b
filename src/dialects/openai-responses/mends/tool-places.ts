import { at } from "../../fields";
import type { SchemasOfTools } from "../../mends/schema-top";
import type { NamesOfTools } from "../../mends/tool-names";

const clientTools: ReadonlySet<string> = new Set(["function", "custom"]);
const calls: ReadonlySet<string> = new Set(["function_call", "custom_tool_call"]);

/** Where a request names the client's tools. Those of a namespace have names of their own there. */
export const visitToolNames: NamesOfTools = (body, visit) => {
  for (const [index, tool] of (body.get("tools")?.elements() ?? []).entries())
    if (clientTools.has(tool.get("type")?.text() ?? "")) visit(tool.get("name"), `${at("tools", index)}.name`);
  visit(body.get("tool_choice")?.get("name"), "tool_choice.name");
  for (const [index, tool] of (body.get("tool_choice")?.get("tools")?.elements() ?? []).entries())
    visit(tool.get("name"), `${at("tool_choice.tools", index)}.name`);
  for (const [index, item] of (body.get("input")?.elements() ?? []).entries())
    if (calls.has(item.get("type")?.text() ?? "")) visit(item.get("name"), `${at("input", index)}.name`);
};

export const visitToolSchemas: SchemasOfTools = (body, visit) => {
  for (const [index, tool] of (body.get("tools")?.elements() ?? []).entries())
    visit(tool.get("parameters"), `${at("tools", index)}.parameters`);
};
