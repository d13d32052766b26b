import type * as z from "zod";
import { formatPath, type Problem, problemsOf } from "#config/problem";
import { ControlError } from "#core/control-error";

/** Parses untrusted input; throws an `invalid` that names every field at fault. `what` is `body` or `query`. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidFields(problemsOf(parsed.error, schema, input), what);
}

export function invalidFields(problems: readonly Problem[], what: string): ControlError {
  const sentences = problems.map(
    ({ path, message }) => `${path.length === 0 ? what : `"${formatPath(path)}"`} ${message}`,
  );
  return new ControlError("invalid", `Cannot use the ${what}: ${sentences.join("; ")}`, problems);
}
