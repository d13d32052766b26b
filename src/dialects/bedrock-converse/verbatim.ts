import { placesAt } from "#lib/json-text";

/** JSON in a request that goes on as it was written. */
export const requestTexts = placesAt(
  ["toolConfig", "tools", "*", "toolSpec", "inputSchema", "json"],
  ["messages", "*", "content", "*", "toolUse", "input"],
  ["messages", "*", "content", "*", "toolResult", "content", "*", "json"],
);

/** The same in a whole answer. */
export const answerTexts = placesAt(["output", "message", "content", "*", "toolUse", "input"]);

/** The same in a request whose tokens are counted. */
export const countTexts = placesAt(
  ["input", "converse", "toolConfig", "tools", "*", "toolSpec", "inputSchema", "json"],
  ["input", "converse", "messages", "*", "content", "*", "toolUse", "input"],
);
