import { placesAt } from "#lib/json-text";

/** JSON in a request that goes on as it was written. Arguments are a text already, but for clients that send an object. */
export const requestTexts = placesAt(
  ["tools", "*", "function", "parameters"],
  ["functions", "*", "parameters"],
  ["response_format", "json_schema", "schema"],
  ["messages", "*", "tool_calls", "*", "function", "arguments"],
  ["messages", "*", "function_call", "arguments"],
);

/** The same in a whole answer: of look-alikes that send an object where a text belongs. */
export const answerTexts = placesAt(
  ["choices", "*", "message", "tool_calls", "*", "function", "arguments"],
  ["choices", "*", "message", "content"],
);

/** The same in a chunk of a stream. */
export const chunkTexts = placesAt(
  ["choices", "*", "delta", "tool_calls", "*", "function", "arguments"],
  ["choices", "*", "delta", "content"],
);
