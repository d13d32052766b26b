import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import type { Traits } from "#traits/vocabulary";
import type { MendNotes, MendRule } from "../../mend";
import { fitSchema, isComplete } from "../../mends/fit-schema";
import { containsAny } from "../../mends/marks";
import { addInstruction } from "./instruction";
import { each } from "./tool-places";

/** The schema of an answer, and whether there can be one. */
export const answerSchema: MendRule = (traits) => {
  if (!fits(traits) && traits.response_formats === undefined) return undefined;
  return { fields: ["response_format"], apply: (body, notes) => fitFormat(body, traits, notes) };
};

function fits({ schema_keywords: keywords = [], strict_schemas: form = "any" }: Traits): boolean {
  return form !== "any" || keywords.length > 0;
}

/** `strict` of tools, and the schemas of those that are. */
export const strictTools: MendRule = (traits) => {
  const { strict_tools: isTaken = true } = traits;
  if (isTaken && !fits(traits)) return undefined;
  return {
    fields: ["tools"],
    concerns: containsAny('"strict"'),
    apply: (body, notes) =>
      each(body.get("tools"), "tools", (tool, path) => {
        const called = tool.get("function");
        const isStrict = called?.get("strict")?.json() === true;
        if (called === undefined) return;
        if (isTaken && isStrict) fitStrict(called, "parameters", `${path}.function`, traits, notes);
        if (!isTaken && called.remove("strict") && isStrict) notes.lost(`${path}.function.strict`);
      }),
  };
};

function fitFormat(body: EditableFields, traits: Traits, notes: MendNotes): void {
  const format = body.get("response_format");
  const type = format?.get("type")?.text();
  if (format === undefined || type === undefined || type === "text") return;
  const formats: readonly string[] | undefined = traits.response_formats;
  if (formats === undefined || formats.includes(type)) {
    const schema = format.get("json_schema");
    if (schema !== undefined) fitStrict(schema, "schema", "response_format.json_schema", traits, notes);
    return;
  }
  notes.lost("response_format");
  const schema = format.get("json_schema")?.get("schema");
  if (schema !== undefined) addInstruction(body, `Answer with JSON alone that follows this schema: ${schema.write()}`);
  if (formats.includes("json_object")) format.replace({ type: "json_object" });
  else body.remove("response_format");
}

/** OpenAI looks at schemas that are strict alone; one that is not complete is sent without. */
function fitStrict(holder: JsonNode, field: string, path: string, traits: Traits, notes: MendNotes): void {
  const schema = holder.get(field);
  if (schema === undefined) return;
  fitSchema(schema, `${path}.${field}`, traits, (lost) => notes.lost(lost));
  if (traits.strict_schemas !== "complete" || holder.get("strict")?.json() !== true) return;
  if (isComplete(schema.json())) return;
  holder.set("strict", false);
  notes.lost(`${path}.strict`);
}
