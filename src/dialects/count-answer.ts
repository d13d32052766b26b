import { isArray, isObject } from "#lib/json";
import type { JsonAnswer } from "./operation";
import { failureOfWhole } from "./read-failure";

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
