import type { JsonObject } from "#lib/json";
import { messageOfEvents, sayingOfMessage } from "./anthropic-saying.ts";
import { converseOfEvents, sayingOfConverse } from "./converse-saying.ts";
import { sayingOfChunks } from "./gemini-saying.ts";
import { completionOfChunks, sayingOfCompletion } from "./openai-saying.ts";
import type { Dialect } from "./pairs.ts";
import { deltasOf, responseOfEvents, sayingOfResponse } from "./responses-saying.ts";
import { carrierOf, type Saying } from "./saying.ts";

/** What a whole answer says. */
export function sayingOfWhole(dialect: Dialect, answer: JsonObject): Saying {
  switch (dialect) {
    case "openai-chat":
      return sayingOfCompletion(answer);
    case "anthropic-messages":
    case "bedrock-invoke":
      return sayingOfMessage(answer);
    case "openai-responses":
      return sayingOfResponse(answer);
    case "gemini":
      return sayingOfChunks([answer]);
    case "bedrock-converse":
      return sayingOfConverse(answer);
  }
}

/** What the payloads of a stream say together. */
export function sayingOfEvents(dialect: Dialect, events: readonly JsonObject[]): Saying {
  switch (dialect) {
    case "openai-chat":
      return { ...sayingOfCompletion(completionOfChunks(events)), carries: carrierOf([...events]) };
    case "anthropic-messages":
    case "bedrock-invoke":
      return sayingOfMessage(messageOfEvents(events));
    case "openai-responses":
      return sayingOfResponse(responseOfEvents(events));
    case "gemini":
      return sayingOfChunks(events);
    case "bedrock-converse":
      return sayingOfConverse(converseOfEvents(events));
  }
}

/** The text that the deltas of a stream of responses bring, which its items repeat. */
export const streamedText = deltasOf;
