import type { CompletionRequest } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { beginWithUser, gatherTurns } from "../gather-turns";
import { encodeParts, textOrBlocks } from "./encode-content";

export type EncodedMessages = {
  readonly system: string | readonly JsonObject[] | undefined;
  readonly messages: readonly JsonObject[];
  /** Where the client's request has what each of the messages begins with. */
  readonly paths: readonly string[];
};

/**
 * `system` and `messages`: of each turn the results of tools come first, and the first turn is the user's, as Anthropic wants
 * them. Throws as `gatherTurns`.
 */
export function encodeMessages(request: CompletionRequest, dropped: string[]): EncodedMessages {
  const { system, turns } = gatherTurns(request, (parts, path) => encodeParts(parts, path, dropped), dropped);
  // https://github.com/lobehub/lobehub/issues/1601
  beginWithUser(turns, (text) => ({ type: "text", text }));
  return {
    system: system.length > 0 ? textOrBlocks(system) : undefined,
    messages: turns.map(({ role, blocks }) => ({ role, content: textOrBlocks(resultsFirst(blocks)) })),
    paths: turns.map(({ path }) => path),
  };
}

function isResult(block: JsonObject): boolean {
  return block.type === "tool_result";
}

function resultsFirst(blocks: readonly JsonObject[]): readonly JsonObject[] {
  return blocks.some(isResult) ? [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))] : blocks;
}
