import { isArray, isObject } from "#lib/json";
import type { JsonAnswer, UnservedFailure } from "./operation";
import { failureOfWhole } from "./read-failure";

/**
 * Whether a provider says that it cannot count the tokens of this model, whatever the status: Bedrock refuses a request so
 * (https://github.com/maximhq/bifrost/pull/2169), and servers of known dialects answer that they have no such method.
 */
export function cannotCount({ message }: UnservedFailure): boolean {
  if (/\bstatus (?:405|501)\b/.test(message)) return true;
  return (
    /\bcount/i.test(message) &&
    /(?:not|n't) (?:be |yet )?(?:support|available|implement)|\bunsupported\b/i.test(message)
  );
}

/** The answer of an operation that counts tokens: a number in this field, and nothing that is charged. */
export function countAnswer(field: string): JsonAnswer {
  return {
    kind: "json",
    failure: (body) =>
      failureOfWhole(body, isObject(body) && !isArray(body.candidates) && typeof body[field] === "number"),
    meter: () => ({}),
    textBytes: () => 0,
  };
}
