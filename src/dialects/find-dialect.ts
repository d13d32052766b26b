import type { DialectId } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Dialect, Dialects } from "./dialect";
import type { Operation } from "./operation";

/** The dialect of this name. Throws `internal_error` where there is none: names come from the same registry. */
export function findDialect(dialects: Dialects, name: DialectId): Dialect {
  const dialect = dialects[name];
  if (dialect === undefined) throw new GatewayError("internal_error", `This worker does not speak ${name}`);
  return dialect;
}

/** The operation of this name. Throws `internal_error` where the dialect has none. */
export function findOperation(dialect: Dialect, name: string): Operation {
  const operation = dialect.operations[name];
  if (operation === undefined) throw new GatewayError("internal_error", `${dialect.name} has no operation ${name}`);
  return operation;
}

/** Whether providers of other dialects may be asked for it. */
export function translates({ embedding, translation }: Pick<Operation, "embedding" | "translation">): boolean {
  return translation !== undefined || embedding !== undefined;
}

/** The dialect that words what no dialect is known of. */
export function firstDialect(dialects: Dialects): Dialect {
  const [first] = Object.values(dialects);
  if (first === undefined) throw new TypeError("There is no dialect");
  return first;
}
