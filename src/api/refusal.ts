import type * as z from "zod";
import { formatPath, type Problem, problemsOf } from "#config/problem";
import type { JsonObject } from "#lib/json";

/** A request that the admin API does not carry out. Becomes an RFC 9457 problem document. */
export class Refusal extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: number, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.problems = problems;
  }
}

/** Parses untrusted input; throws a 400 that names every field at fault. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw refuseFields(problemsOf(parsed.error, schema, input), what);
}

export function refuseFields(problems: readonly Problem[], what: string): Refusal {
  const told = problems.map(({ path, message }) => `${path.length === 0 ? what : `"${formatPath(path)}"`} ${message}`);
  return new Refusal(400, `Cannot use the ${what}: ${told.join("; ")}`, problems);
}

export function problemDocument({ status, message, problems }: Refusal): JsonObject {
  const errors = problems.map(({ path, message: detail }) => ({ field: formatPath(path), detail }));
  return {
    type: "about:blank",
    title: titles[status] ?? "Error",
    status,
    detail: message,
    ...(errors.length === 0 ? {} : { errors }),
  };
}

const titles: { readonly [status: number]: string } = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
