import { placesAt } from "#lib/json-text";

/** JSON in a request that goes on as it was written. */
export const requestTexts = placesAt(
  ["tools", "*", "input_schema"],
  ["messages", "*", "content", "*", "input"],
  ["output_config", "format", "schema"],
  ["output_format", "schema"],
);

/** The same in a whole answer. */
export const answerTexts = placesAt(["content", "*", "input"]);

/** The same in an event of a stream: proxies give a block its whole input at its start. */
export const eventTexts = placesAt(["content_block", "input"], ["message", "content", "*", "input"]);
