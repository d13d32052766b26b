import type { CompletionRequest, Message } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";
import { encodeParts, textOrBlocks } from "./encode-content";

type Turn = { readonly role: "user" | "assistant"; readonly path: string; readonly blocks: JsonObject[] };

export type EncodedMessages = {
  readonly system: string | readonly JsonObject[] | undefined;
  readonly messages: readonly JsonObject[];
  /** Where the client's request has what each of the messages begins with. */
  readonly paths: readonly string[];
};

/**
 * `system` and `messages`. All system and developer instructions are hoisted into `system`; those that stood behind a
 * turn are named as `<path>.role`, because their place is lost. Neighbours of one role become one turn, with its tool
 * results first, as Anthropic wants them. Throws GatewayError `invalid_request` where nothing is said at all.
 */
export function encodeMessages(request: CompletionRequest, dropped: string[]): EncodedMessages {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (let i = 0; i < request.messages.length; i++) {
    const message = request.messages[i];
    if (message === undefined) continue;
    const path = pathOf(message, i);
    const blocks = encodeParts(message.content, path === "system" ? path : `${path}.content`, dropped);
    if (message.name !== undefined) dropped.push(`${path}.name`);
    if (message.role === "user" || message.role === "assistant") append(turns, message.role, path, blocks);
    else {
      for (const block of blocks) system.push(block);
      if (turns.length > 0) dropped.push(`${path}.role`);
    }
  }
  // Instructions alone are not a request to Anthropic: they become the user's turn.
  if (turns.length === 0) {
    append(turns, "user", "messages[0]", system.splice(0));
    for (const [i, message] of request.messages.entries()) dropped.push(`${pathOf(message, i)}.role`);
  }
  if (turns.length === 0) throw saysNothing();
  return {
    system: system.length > 0 ? textOrBlocks(system) : undefined,
    messages: turns.map(({ role, blocks }) => ({ role, content: textOrBlocks(resultsFirst(blocks)) })),
    paths: turns.map(({ path }) => path),
  };
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
  if (last?.role === role) for (const block of blocks) last.blocks.push(block);
  else turns.push({ role, path, blocks });
}

function isResult(block: JsonObject): boolean {
  return block.type === "tool_result";
}

function resultsFirst(blocks: readonly JsonObject[]): readonly JsonObject[] {
  return blocks.some(isResult) ? [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))] : blocks;
}
