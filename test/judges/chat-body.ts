import { isRecord } from "../fake-provider/reply.ts";
import type { Body, Objection, Rule } from "./rule.ts";

// Readers of a chat completion's request, and the forms of rule that several providers share.

export function messagesOf(body: Body): readonly Body[] {
  return recordsOf(body.messages);
}

export function recordsOf(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The functions that are offered. */
export function functionsOf(body: Body): readonly Body[] {
  return recordsOf(body.tools).flatMap((tool) => (isRecord(tool.function) ? [tool.function] : []));
}

export function callsOf(message: Body): readonly Body[] {
  return recordsOf(message.tool_calls);
}

/** The schema that the answer must follow. */
export function answerSchema(body: Body): Body | undefined {
  const format = body.response_format;
  return isRecord(format) && isRecord(format.json_schema) ? format.json_schema : undefined;
}

/** Whether the client asks for a certain tool, or for any. */
export function forcesTool(body: Body): boolean {
  return isRecord(body.tool_choice) || body.tool_choice === "required" || body.tool_choice === "any";
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The first of these fields that a request carries, put into the provider's words. */
export function refusesFields(
  names: readonly string[],
  say: (name: string, model: string) => Objection,
): Rule["objects"] {
  return (body, { model }) => {
    const found = names.find((name) => isPresent(body[name]));
    return found === undefined ? undefined : say(found, model);
  };
}

/** A field that has another value than those allowed. */
export function refusesValues(
  name: string,
  allowed: readonly unknown[],
  say: (value: unknown, model: string) => Objection,
): Rule["objects"] {
  return (body, { model }) =>
    isPresent(body[name]) && !allowed.includes(body[name]) ? say(body[name], model) : undefined;
}

/** Every schema below one, itself first, with the path to it. */
export function schemasIn(
  schema: unknown,
  path: readonly string[] = [],
): readonly { schema: Body; path: readonly string[] }[] {
  if (Array.isArray(schema)) return schema.flatMap((one, index) => schemasIn(one, [...path, String(index)]));
  if (!isRecord(schema)) return [];
  const named = ["properties", "$defs", "definitions"].flatMap((name) =>
    Object.entries(isRecord(schema[name]) ? schema[name] : {}).flatMap(([key, one]) =>
      schemasIn(one, [...path, name, key]),
    ),
  );
  const inner = ["items", "anyOf", "oneOf", "allOf", "additionalProperties"].flatMap((name) =>
    schemasIn(schema[name], [...path, name]),
  );
  return [{ schema, path }, ...named, ...inner];
}
