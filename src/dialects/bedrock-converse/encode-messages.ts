import type { CompletionRequest, Message } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";
import { answerCalls, type Turn } from "./answer-calls";
import { encodeParts, type Writing } from "./encode-content";

export type EncodedMessages = {
  readonly system: readonly JsonObject[] | undefined;
  readonly messages: readonly JsonObject[];
  /** Where the client's request has what each of the messages begins with. */
  readonly paths: readonly string[];
};

/** What stands where Bedrock wants a text and the client said none. */
const opening = "Continue.";
const besideDocument = "See the document.";

/**
 * `system` and `messages`. Instructions are hoisted into `system`; those that stood behind a turn are named as
 * `<path>.role`, because their place is lost. Neighbours of one role become one turn, with its tool results first, the
 * first turn is the user's, and a text stands beside every document, as Bedrock wants them. Throws GatewayError
 * `invalid_request` where nothing is said at all.
 */
export function encodeMessages(request: CompletionRequest, writing: Writing): EncodedMessages {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [index, message] of request.messages.entries()) {
    const path = pathOf(message, index);
    const blocks = encodeParts(message.content, path === "system" ? path : `${path}.content`, writing);
    if (message.name !== undefined) writing.dropped.push(`${path}.name`);
    if (message.role === "user" || message.role === "assistant") append(turns, message.role, path, blocks);
    else {
      system.push(...blocks);
      if (turns.length > 0) writing.dropped.push(`${path}.role`);
    }
  }
  if (turns.length === 0) instructionsAsTurn(request, turns, system, writing);
  if (turns[0]?.role === "assistant") turns.unshift({ role: "user", path: turns[0].path, blocks: [{ text: opening }] });
  answerCalls(turns, writing.dropped);
  return {
    system: system.length > 0 ? system : undefined,
    messages: turns.map(({ role, blocks }) => ({ role, content: withText(resultsFirst(blocks)) })),
    paths: turns.map(({ path }) => path),
  };
}

/** Instructions alone are no request: they become the user's turn. */
function instructionsAsTurn(request: CompletionRequest, turns: Turn[], system: JsonObject[], writing: Writing): void {
  append(turns, "user", "messages[0]", system.splice(0));
  if (turns.length === 0) throw saysNothing();
  for (const [index, message] of request.messages.entries()) writing.dropped.push(`${pathOf(message, index)}.role`);
}

function pathOf(message: Message, index: number): string {
  return message.path ?? `messages[${index}]`;
}

function saysNothing(): GatewayError {
  return new GatewayError(
    "invalid_request",
    'Cannot carry the request: "messages" must hold a text, found none that is not empty',
    { param: "messages" },
  );
}

/** The blocks become the turn's own. */
function append(turns: Turn[], role: Turn["role"], path: string, blocks: JsonObject[]): void {
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === role) last.blocks.push(...blocks);
  else turns.push({ role, path, blocks });
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
