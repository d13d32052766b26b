import type { CompletionRequest } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { beginWithUser, gatherTurns } from "../gather-turns";
import { answerCalls } from "./answer-calls";
import { encodeParts, type Writing } from "./encode-content";

export type EncodedMessages = {
  readonly system: readonly JsonObject[] | undefined;
  readonly messages: readonly JsonObject[];
  /** Where the client's request has what each of the messages begins with. */
  readonly paths: readonly string[];
};

/** What stands where Bedrock wants a text and the client said none. */
const besideDocument = "See the document.";

/**
 * `system` and `messages`: of each turn the results of tools come first, the first turn is the user's, and a text stands
 * beside every document, as Bedrock wants them. Throws as `gatherTurns`.
 */
export function encodeMessages(request: CompletionRequest, writing: Writing): EncodedMessages {
  const { system, turns } = gatherTurns(request, (parts, path) => encodeParts(parts, path, writing), writing.dropped);
  beginWithUser(turns, (text) => ({ text }));
  answerCalls(turns, writing.dropped);
  return {
    system: system.length > 0 ? system : undefined,
    messages: turns.map(({ role, blocks }) => ({ role, content: withText(resultsFirst(blocks)) })),
    paths: turns.map(({ path }) => path),
  };
}

/** With the cache points behind them. */
function resultsFirst(blocks: readonly JsonObject[]): readonly JsonObject[] {
  if (!blocks.some(isResult)) return blocks;
  const isOfResult = blocks.map((block, index) => isResult(block) || (isMarker(block) && isResult(blocks[index - 1])));
  return [...blocks.filter((_, index) => isOfResult[index]), ...blocks.filter((_, index) => !isOfResult[index])];
}

function isResult(block: JsonObject | undefined): boolean {
  return block?.toolResult !== undefined;
}

function isMarker(block: JsonObject): boolean {
  return block.cachePoint !== undefined;
}

function withText(blocks: readonly JsonObject[]): readonly JsonObject[] {
  const lacksText =
    blocks.some((block) => block.document !== undefined) && !blocks.some((block) => block.text !== undefined);
  return lacksText ? [...blocks, { text: besideDocument }] : blocks;
}
