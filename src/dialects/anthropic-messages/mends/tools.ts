import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { MendNotes, MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { fieldWords } from "./field-words";

/** A choice that forces a tool, where the target does not take one, or not while it reasons. */
export const toolChoice: MendRule = ({ forced_tools: taken = "taken", reasons_by_default: byDefault = false }) => {
  if (taken === "taken") return undefined;
  return {
    fields: ["tool_choice"],
    apply: (body, notes) => {
      const choice = body.get("tool_choice");
      const type = choice?.get("type");
      if (type?.text() !== "any" && type?.text() !== "tool") return;
      if (taken === "unless-reasoning" && !(fieldWords.asksToReason(body) ?? byDefault)) return;
      type.replace("auto");
      choice?.remove("name");
      notes.lost("tool_choice");
    },
  };
};

/** An object in the place of a choice at the top of a tool's schema. */
export const schemaTop: MendRule = ({ tool_schema_top: top = "any" }) => {
  if (top === "any") return undefined;
  return {
    fields: ["tools"],
    concerns: containsAny(...choices.map((name) => `"${name}"`)),
    apply: (body, notes) => {
      for (const [index, tool] of (body.get("tools")?.elements() ?? []).entries()) {
        const schema = tool.get("input_schema");
        if (schema !== undefined)
          for (const name of choices) flatten(schema, name, `${at("tools", index)}.input_schema`, notes);
      }
    },
  };
};

const choices = ["anyOf", "oneOf", "allOf"];

/** All properties of all branches, required where every branch wants them (of `allOf`, where one does). */
function flatten(schema: JsonNode, name: string, path: string, notes: MendNotes): void {
  const branches = schema.get(name)?.elements();
  if (branches === undefined) return;
  if (schema.get("properties") === undefined) schema.set("properties", {});
  const properties = schema.get("properties");
  for (const branch of branches) {
    const more = branch.get("properties");
    for (const key of more?.names() ?? []) {
      const property = more?.get(key);
      if (property !== undefined && properties?.get(key) === undefined) properties?.set(key, property);
    }
  }
  const required = [...new Set([...namesIn(schema), ...requiredOf(branches.map(namesIn), name === "allOf")])];
  if (required.length > 0) schema.set("required", required);
  schema.set("type", "object");
  schema.remove(name);
  notes.lost(`${path}.${name}`);
}

function requiredOf(lists: readonly (readonly string[])[], byAny: boolean): readonly string[] {
  const all = lists.flat();
  return byAny ? all : all.filter((name) => lists.every((list) => list.includes(name)));
}

function namesIn(schema: JsonNode): readonly string[] {
  return (schema.get("required")?.elements() ?? []).flatMap((name) => name.text() ?? []);
}
