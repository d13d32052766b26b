import { placesAt } from "#lib/json-text";

/** JSON in a request that goes on as it was written. */
export const requestTexts = placesAt(
  ["tools", "*", "parameters"],
  ["tools", "*", "tools", "*", "parameters"],
  ["text", "format", "schema"],
  ["input", "*", "arguments"],
  ["input", "*", "output"],
);
