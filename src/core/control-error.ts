/**
 * What the control plane does not do, in words of the domain. `api/problem.ts` turns the code into a status, once; the
 * message goes to the caller: what could not be done, what was found and what is needed, without a secret.
 */
export class ControlError extends Error {
  readonly code: ControlErrorCode;
  /** Each field of the input that is at fault; empty where none can be named. */
  readonly fields: readonly FieldError[];

  constructor(code: ControlErrorCode, message: string, fields: readonly FieldError[] = []) {
    super(message);
    this.name = "ControlError";
    this.code = code;
    this.fields = fields;
  }
}

export type ControlErrorCode =
  /** The input cannot be used; a repeat changes nothing. */
  | "invalid"
  /** No credential, or one that is not known. */
  | "unauthenticated"
  /** A known caller that may not do this. */
  | "forbidden"
  | "not_found"
  /** What there is stands against it: a taken name, an entry of the configuration file, a use that is left. */
  | "conflict"
  /** The caller changes another state than the one that holds. */
  | "stale"
  /** Not now: too much is running, or not every worker has the change. */
  | "unavailable";

/** A field by its place in the input, and what is wrong with it. */
export type FieldError = { readonly path: readonly (string | number)[]; readonly message: string };
