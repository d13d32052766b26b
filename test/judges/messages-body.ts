import { isRecord } from "../fake-provider/reply.ts";
import { recordsOf, schemasIn } from "./chat-body.ts";
import type { Body } from "./rule.ts";

// Readers of a request to Anthropic's Messages.

export function blocksOf(message: Body | undefined): readonly Body[] {
  return recordsOf(message?.content);
}

export function thinkingOf(body: Body): string {
  return isRecord(body.thinking) ? String(body.thinking.type) : "none";
}

export function effortOf(body: Body): unknown {
  return isRecord(body.output_config) ? body.output_config.effort : undefined;
}

export function forcesTool({ tool_choice }: Body): boolean {
  return isRecord(tool_choice) && (tool_choice.type === "any" || tool_choice.type === "tool");
}

/** The schemas that the model is held to: of the answer, and of strict tools. Each with where it stands. */
export function boundSchemas(body: Body): readonly { readonly at: string; readonly schema: unknown }[] {
  const config = isRecord(body.output_config) ? body.output_config.format : undefined;
  const formats = [
    { at: "output_config.format.schema", format: config },
    { at: "output_format.schema", format: body.output_format },
  ].flatMap(({ at, format }) => (isRecord(format) ? [{ at, schema: format.schema }] : []));
  const tools = recordsOf(body.tools).flatMap((tool, index) =>
    tool.strict === true ? [{ at: `tools.${index}.custom.input_schema`, schema: tool.input_schema }] : [],
  );
  return [...formats, ...tools];
}

/** What a bound schema may not say, in Anthropic's words. */
export function problemOf(schema: unknown): string | undefined {
  for (const { schema: one } of schemasIn(schema)) {
    if (one.type === "object" && one.additionalProperties !== false)
      return "For 'object' type, 'additionalProperties' must be explicitly set to false";
    const keyword = unsupportedKeywords.find((name) => name in one);
    if (keyword !== undefined) return `For '${one.type}' type, property '${keyword}' is not supported`;
    if (typeof one.minItems === "number" && one.minItems > 1)
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported";
  }
  return undefined;
}

const unsupportedKeywords = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "oneOf",
] as const;

/** How many cache markers a request carries, at any depth. */
export function cacheMarkers(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + cacheMarkers(one), 0);
  if (!isRecord(value)) return 0;
  const own = isRecord(value.cache_control) ? 1 : 0;
  return Object.entries(value).reduce(
    (sum, [name, one]) => sum + (name === "input" || name === "input_schema" ? 0 : cacheMarkers(one)),
    own,
  );
}
