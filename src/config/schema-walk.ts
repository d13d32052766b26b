import * as z from "zod";

/** The keys that the schema knows at a path; empty where it takes any key or the path leads nowhere. */
export function knownKeysAt(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  let current: z.core.$ZodType | undefined = schema;
  for (const part of path) current = current === undefined ? undefined : step(unwrap(current), part);
  const last = current === undefined ? undefined : unwrap(current);
  if (last instanceof z.ZodRecord && last.keyType instanceof z.ZodEnum) return last.keyType.options.map(String);
  return last instanceof z.ZodObject ? Object.keys(last.shape) : [];
}

/** Takes off `optional`, which says nothing about the value's own form. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodExactOptional || schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  return schema;
}

function step(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape: { readonly [key: string]: z.core.$ZodType } = schema.shape;
    return shape[part];
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodUnion) return schema.options.find((option: unknown) => option instanceof z.ZodObject);
  return undefined;
}
