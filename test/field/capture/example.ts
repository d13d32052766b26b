/** One request of a client, or a turn of several. */
export type Run = { readonly name: string; run(): Promise<unknown> };

// What all of them are asked.

export const schema = {
  type: "object" as const,
  properties: { city: { type: "string" as const }, days: { type: "integer" as const, minimum: 1, maximum: 14 } },
  required: ["city"],
};
export const closedSchema = { ...schema, required: ["city", "days"], additionalProperties: false };
export const question = '[[tool:get_weather {"city":"Paris"}]] what is the weather?';
export const instructions = "You are a helpful assistant. Answer briefly and call tools where they help you to answer.";

/** A one-pixel PNG. */
export const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
