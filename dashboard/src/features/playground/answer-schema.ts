import { isObject, type JsonObject, tryParse } from "#lib/json";

/** The form of answers, as it is edited. */
export type AnswerSchema = {
  readonly name: string;
  /** A JSON Schema, as text. */
  readonly schema: string;
  /** Whether the provider is to let nothing else be said; it then wants each property required and no others. */
  readonly strict: boolean;
};

export const newSchema: AnswerSchema = {
  name: "answer",
  schema: JSON.stringify(
    {
      type: "object",
      properties: { answer: { type: "string" } },
      required: ["answer"],
      additionalProperties: false,
    },
    undefined,
    2,
  ),
  strict: true,
};

/** What a chat completion says of the form. */
export function schemaFormat({ name, schema, strict }: AnswerSchema): JsonObject {
  const parsed = tryParse(schema);
  const json_schema = { name, schema: isObject(parsed) ? parsed : {}, ...(strict && { strict }) };
  return { type: "json_schema", json_schema };
}

export function schemaFaults({ name, schema }: AnswerSchema): { readonly [field in keyof AnswerSchema]?: string } {
  return {
    ...(!/^[\w-]{1,64}$/.test(name) && { name: "must be 1 to 64 letters, digits, _ or -" }),
    ...(!isObject(tryParse(schema)) && { schema: "must be a JSON object" }),
  };
}
