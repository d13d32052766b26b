import type { EditableFields } from "#lib/json-fields";
import { JsonNode } from "#lib/json-node";
import type { MendNotes, MendRule } from "../mend";
import { containsAny } from "./marks";

/** Shows the schema of every tool in a body, with its path. */
export type SchemasOfTools = (
  body: EditableFields,
  visit: (schema: JsonNode | undefined, path: string) => void,
) => void;

/** An object in the place of a choice at the top of a tool's schema; `visitSchemas` says where a dialect has them. */
export function schemaTop(visitSchemas: SchemasOfTools, fields: readonly string[] = ["tools", "functions"]): MendRule {
  return ({ tool_schema_top: top = "any" }) => {
    if (top === "any") return undefined;
    return {
      fields,
      concerns: hasChoice,
      apply: (body, notes) =>
        visitSchemas(body, (schema, path) => {
          for (const name of choices) if (schema !== undefined) flatten(schema, name, path, notes);
        }),
    };
  };
}

const choices = ["anyOf", "oneOf", "allOf"];
const hasChoice = containsAny(...choices.map((name) => `"${name}"`));

/** All properties of all branches, required where every branch wants them (of `allOf`, where one does). */
function flatten(schema: JsonNode, name: string, path: string, notes: MendNotes): void {
  const list = schema.get(name);
  if (list?.isArray !== true) return;
  const branches = list.elements().map((branch) => referred(schema, branch));
  const isAll = name === "allOf";
  schema.set("properties", joinProperties([schema, ...branches], isAll ? "allOf" : "anyOf"));
  const required = [...new Set([...requiredIn(schema), ...requiredOf(branches.map(requiredIn), isAll)])];
  if (required.length > 0) schema.set("required", required);
  schema.set("type", "object");
  schema.remove(name);
  notes.lost(`${path}.${name}`);
}

/** What a branch refers to: schemas made from types have their branches apart. */
function referred(schema: JsonNode, branch: JsonNode): JsonNode {
  const [, place = "", name = ""] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(branch.get("$ref")?.text() ?? "") ?? [];
  return schema.get(place)?.get(name) ?? branch;
}

/** A property that branches describe otherwise, as the kind that tells them apart, may be what any (or all) of them say. */
function joinProperties(schemas: readonly JsonNode[], word: "anyOf" | "allOf"): JsonNode {
  const found = new Map<string, Map<string, JsonNode>>();
  for (const schema of schemas) {
    const properties = schema.get("properties");
    for (const key of properties?.names() ?? []) {
      const property = properties?.get(key);
      const known = found.get(key) ?? new Map<string, JsonNode>();
      if (property !== undefined) found.set(key, known.set(property.write().toString(), property));
    }
  }
  const joined = JsonNode.of({});
  for (const [key, property] of found) joined.set(key, oneOf([...property.values()], word));
  return joined;
}

function oneOf(properties: readonly JsonNode[], word: string): JsonNode {
  const [only, second] = properties;
  if (only !== undefined && second === undefined) return only;
  const list = JsonNode.of([]);
  list.setElements(properties);
  const choice = JsonNode.of({});
  choice.set(word, list);
  return choice;
}

function requiredOf(lists: readonly (readonly string[])[], byAny: boolean): readonly string[] {
  const all = lists.flat();
  return byAny ? all : all.filter((name) => lists.every((list) => list.includes(name)));
}

function requiredIn(schema: JsonNode): readonly string[] {
  return (schema.get("required")?.elements() ?? []).flatMap((name) => name.text() ?? []);
}
