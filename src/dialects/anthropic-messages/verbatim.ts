import type { JsonPath } from "#lib/json-walk";

/** JSON in a request that goes on as it was written. */
export const requestTexts: readonly JsonPath[] = [
  ["tools", "*", "input_schema"],
  ["messages", "*", "content", "*", "input"],
  ["output_config", "format", "schema"],
  ["output_format", "schema"],
];

/** The same in a whole answer. */
export const answerTexts: readonly JsonPath[] = [["content", "*", "input"]];

/** The same in an event of a stream: proxies give a block its whole input at its start. */
export const eventTexts: readonly JsonPath[] = [
  ["content_block", "input"],
  ["message", "content", "*", "input"],
];
