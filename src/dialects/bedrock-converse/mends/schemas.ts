import { tryParseJson } from "#lib/json";
import type { EditableFields } from "#lib/json-fields";
import { JsonNode } from "#lib/json-node";
import type { Traits } from "#traits/vocabulary";
import type { MendNotes, MendRule } from "../../mend";
import { fitSchema } from "../../mends/fit-schema";
import { containsAny } from "../../mends/marks";
import { eachSpec } from "./tool-places";

// What Claude's own API takes of schemas, Bedrock takes for it:
// https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html, https://github.com/future-agi/future-agi/pull/412

/** `strict` of tools, and the schemas of those that are. */
export const strictTools: MendRule = (traits) => {
  const { strict_tools: isTaken = true } = traits;
  if (isTaken && isAnySchemaTaken(traits)) return undefined;
  return {
    fields: ["toolConfig"],
    concerns: containsAny('"strict"'),
    apply: (body, notes) =>
      eachSpec(body, (spec, path) => {
        const isStrict = spec.get("strict")?.json() === true;
        if (!isTaken && spec.remove("strict") && isStrict) notes.lost(`${path}.strict`);
        const schema = spec.get("inputSchema")?.get("json");
        if (!isTaken || !isStrict || schema === undefined) return;
        fitSchema(schema, `${path}.inputSchema.json`, traits, (lost) => notes.lost(lost));
      }),
  };
};

/** The schema of an answer: none where the target takes none, else one that it compiles. */
export const answerSchema: MendRule = (traits) => {
  const { response_formats: formats } = traits;
  const isTaken = formats === undefined || formats.includes("json_schema");
  if (isTaken && isAnySchemaTaken(traits)) return undefined;
  return {
    fields: ["outputConfig"],
    apply: (body, notes) => {
      const config = body.get("outputConfig");
      if (config?.get("textFormat") === undefined) return;
      if (isTaken) {
        fitText(config, traits, notes);
        return;
      }
      if (config.names().length === 1) body.remove("outputConfig");
      else config.remove("textFormat");
      notes.lost("outputConfig.textFormat");
    },
  };
};

function isAnySchemaTaken({ schema_keywords: keywords = [], strict_schemas: form = "any" }: Traits): boolean {
  return form !== "closed" && keywords.length === 0;
}

/** The schema is a text here. One that is no JSON is the provider's to refuse. */
function fitText(config: NonNullable<ReturnType<EditableFields["get"]>>, traits: Traits, notes: MendNotes): void {
  const place = config.get("textFormat")?.get("structure")?.get("jsonSchema")?.get("schema");
  const text = place?.text();
  if (place === undefined || text === undefined || tryParseJson(text) === undefined) return;
  const schema = JsonNode.ofText(Buffer.from(text));
  const path = "outputConfig.textFormat.structure.jsonSchema.schema";
  fitSchema(schema, path, traits, (lost) => notes.lost(lost));
  if (schema.isChanged) place.replace(schema.write().toString());
}
