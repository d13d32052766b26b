import type { JsonNode } from "#lib/json-node";
import type { MendRule } from "../../mend";
import { fitSchema } from "../../mends/fit-schema";
import { containsAny } from "../../mends/marks";
import { eachFunction, fieldOf } from "./tool-places";

const hasSchema = containsAny("JsonSchema", "_json_schema");

/** Schemas in JSON Schema: those of functions, and that of the answer. Google's own form passes. */
export const jsonSchemas: MendRule = (traits) => {
  const { schema_keywords: keywords = [] } = traits;
  if (keywords.length === 0) return undefined;
  return {
    fields: ["tools", "generationConfig", "generation_config"],
    concerns: hasSchema,
    apply: (body, notes) => {
      const fit = (schema: JsonNode | undefined, path: string) => {
        if (schema === undefined) return;
        fitSchema(schema, path, traits, (lost) => notes.lost(lost));
      };
      eachFunction(body, (declared, path) =>
        fit(fieldOf(declared, "parametersJsonSchema"), `${path}.parametersJsonSchema`),
      );
      const config = body.get("generationConfig") ?? body.get("generation_config");
      fit(fieldOf(config, "responseJsonSchema"), "generationConfig.responseJsonSchema");
    },
  };
};
