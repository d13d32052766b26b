import type { CompletionRequest, Message } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { encodeParts, textOrBlocks } from "./encode-content";

type Turn = { readonly role: "user" | "assistant"; readonly blocks: JsonObject[] };

/**
 * `system` and `messages`. All system and developer instructions are hoisted into `system`; those that stood behind a
 * turn are named as `<path>.role`, because their place is lost. Neighbours of one role become one turn, with its tool
 * results first, as Anthropic wants them.
 */
export function encodeMessages(request: CompletionRequest, dropped: string[]): JsonObject {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [i, message] of request.messages.entries()) {
    const path = message.path ?? `messages[${i}]`;
    const blocks = encodeParts(message.content, path === "system" ? path : `${path}.content`, dropped);
    if (message.name !== undefined) dropped.push(`${path}.name`);
    if (message.role === "user" || message.role === "assistant") append(turns, message.role, blocks);
    else {
      for (const block of blocks) system.push(block);
      if (turns.length > 0) dropped.push(`${path}.role`);
    }
  }
  // Instructions alone are not a request to Anthropic: they become the user's turn.
  if (turns.length === 0) {
    append(turns, "user", system.splice(0));
    for (const [i, message] of request.messages.entries()) dropped.push(rolePath(message, i));
  }
  return {
    ...(system.length > 0 && { system: textOrBlocks(system) }),
    messages: turns.map(({ role, blocks }) => ({ role, content: textOrBlocks(resultsFirst(blocks)) })),
  };
}

function rolePath(message: Message, index: number): string {
  return `${message.path ?? `messages[${index}]`}.role`;
}

function append(turns: Turn[], role: Turn["role"], blocks: readonly JsonObject[]): void {
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === role) for (const block of blocks) last.blocks.push(block);
  else turns.push({ role, blocks: [...blocks] });
}

function resultsFirst(blocks: readonly JsonObject[]): readonly JsonObject[] {
  const isResult = (block: JsonObject) => block.type === "tool_result";
  return blocks.some(isResult) ? [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))] : blocks;
}
