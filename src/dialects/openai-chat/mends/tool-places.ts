import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { SchemasOfTools } from "../../mends/schema-top";
import type { NamesOfTools } from "../../mends/tool-names";

/** Where Chat Completions name tools; the legacy functions too. */
export const visitToolNames: NamesOfTools = (body, visit) => {
  each(body.get("tools"), "tools", (tool, path) => {
    visit(tool.get("function")?.get("name"), `${path}.function.name`);
    visit(tool.get("custom")?.get("name"), `${path}.custom.name`);
  });
  each(body.get("functions"), "functions", (tool, path) => visit(tool.get("name"), `${path}.name`));
  visit(body.get("function_call")?.get("name"), "function_call.name");
  visitChoice(body, visit);
  each(body.get("messages"), "messages", (message, path) => {
    visit(message.get("function_call")?.get("name"), `${path}.function_call.name`);
    const role = message.get("role")?.text();
    if (role === "tool" || role === "function") visit(message.get("name"), `${path}.name`);
    each(message.get("tool_calls"), `${path}.tool_calls`, (call, callPath) =>
      visit(call.get("function")?.get("name"), `${callPath}.function.name`),
    );
  });
};

function visitChoice(body: EditableFields, visit: (name: JsonNode | undefined, path: string) => void): void {
  const choice = body.get("tool_choice");
  visit(choice?.get("function")?.get("name"), "tool_choice.function.name");
  const path = "tool_choice.allowed_tools.tools";
  each(choice?.get("allowed_tools")?.get("tools"), path, (tool, toolPath) =>
    visit(tool.get("function")?.get("name"), `${toolPath}.function.name`),
  );
}

/** What arguments of functions look like; the legacy functions too. */
export const visitToolSchemas: SchemasOfTools = (body, visit) => {
  each(body.get("tools"), "tools", (tool, path) =>
    visit(tool.get("function")?.get("parameters"), `${path}.function.parameters`),
  );
  each(body.get("functions"), "functions", (tool, path) => visit(tool.get("parameters"), `${path}.parameters`));
};

/** Every element of a list with its path. */
export function each(list: JsonNode | undefined, path: string, visit: (node: JsonNode, path: string) => void): void {
  for (const [index, node] of (list?.elements() ?? []).entries()) visit(node, at(path, index));
}
