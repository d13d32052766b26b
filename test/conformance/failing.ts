import { isObject } from "#lib/json";
import { payloadsOf, type Recording } from "./recordings.ts";

/** Whether the provider itself tells of an error in the middle of the stream. */
export function isFailing({ body, dialect, form }: Recording): boolean {
  if (form === "whole") return false;
  if (dialect === "gemini" && /^\{\s*"error"/m.test(body.toString())) return true;
  return payloadsOf(dialect, body).some(
    ({ error, type }) => type === "error" || type === "response.failed" || (isObject(error) && type === undefined),
  );
}
