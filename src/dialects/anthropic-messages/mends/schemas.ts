import type { EditableFields } from "#lib/json-fields";
import type { Traits } from "#traits/vocabulary";
import { at } from "../../fields";
import type { MendNotes, MendRule } from "../../mend";
import { fitSchema } from "../../mends/fit-schema";
import { containsAny } from "../../mends/marks";

/** The schema of an answer: `output_config.format`, or `output_format` as it was called in the beta. */
export const answerSchema: MendRule = (traits) => {
  const { response_formats: formats, schema_keywords: keywords = [], strict_schemas: form = "any" } = traits;
  const isTaken = formats === undefined || formats.includes("json_schema");
  if (isTaken && form === "any" && keywords.length === 0) return undefined;
  return {
    fields: ["output_config", "output_format"],
    apply: (body, notes) => {
      const config = body.get("output_config");
      if (isTaken) {
        fitFormat(config?.get("format"), "output_config.format", traits, notes);
        fitFormat(body.get("output_format"), "output_format", traits, notes);
        return;
      }
      if (body.remove("output_format")) notes.lost("output_format");
      if (config?.get("format") === undefined) return;
      if (config.names().length > 1) config.remove("format");
      else body.remove("output_config");
      notes.lost("output_config.format");
    },
  };
};

function fitFormat(format: ReturnType<EditableFields["get"]>, path: string, traits: Traits, notes: MendNotes): void {
  const schema = format?.get("schema");
  if (schema !== undefined) fitSchema(schema, `${path}.schema`, traits, (lost) => notes.lost(lost));
}

/** `strict` of tools, and the schemas of those that are. */
export const strictTools: MendRule = (traits) => {
  const { schema_keywords: keywords = [], strict_schemas: form = "any", strict_tools: isTaken = true } = traits;
  if (isTaken && form === "any" && keywords.length === 0) return undefined;
  return {
    fields: ["tools"],
    concerns: containsAny('"strict"'),
    apply: (body, notes) => {
      for (const [index, tool] of (body.get("tools")?.elements() ?? []).entries()) {
        const isStrict = tool.get("strict")?.json() === true;
        const path = at("tools", index);
        const schema = tool.get("input_schema");
        if (!isTaken && tool.remove("strict") && isStrict) notes.lost(`${path}.strict`);
        if (!isTaken || !isStrict || schema === undefined) continue;
        fitSchema(schema, `${path}.input_schema`, traits, (lost) => notes.lost(lost));
      }
    },
  };
};
