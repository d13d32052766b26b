import type * as z from "zod";
import { ControlError } from "#core/control-error";
import { parseInput } from "./parse-input";

/** Applies a JSON merge patch (RFC 7396) to the top level: null takes a field away. The result passes the schema or is refused. */
export function applyPatch<S extends z.ZodType>(schema: S, current: object, patch: unknown): z.output<S> {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) {
    throw new ControlError("invalid", "Cannot use the body: a JSON object is needed");
  }
  const merged = Object.entries({ ...current, ...patch }).filter(([, value]) => value !== null);
  return parseInput(schema, Object.fromEntries(merged), "body");
}
