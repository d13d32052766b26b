import type { CompletionRequest, Message, Part } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";
import { turnsField } from "./client-words";
import { uniqueCalls } from "./unique-calls";

/** A turn while it is put together. */
export type Turn = { readonly role: "user" | "assistant"; readonly path: string; readonly blocks: JsonObject[] };

export type Gathered = { readonly system: JsonObject[]; readonly turns: Turn[] };

/**
 * The messages of a request for dialects whose instructions stand apart and whose turns are the user's and the model's in
 * turns. All system and developer instructions are hoisted into `system`; those that stood behind a turn are named as
 * `<path>.role`, because their place is lost. Neighbours of one role become one turn, and every call has an id of its own. Throws GatewayError `invalid_request`
 * where nothing is said at all.
 */
export function gatherTurns(
  request: CompletionRequest,
  encodeParts: (parts: readonly Part[], path: string) => JsonObject[],
  dropped: string[],
): Gathered {
  const messages = uniqueCalls(request.messages);
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message === undefined) continue;
    const path = pathOf(message, i);
    const blocks = encodeParts(message.content, path === "system" ? path : `${path}.content`);
    if (message.name !== undefined) dropped.push(`${path}.name`);
    if (message.role === "user" || message.role === "assistant") append(turns, message.role, path, blocks);
    else {
      for (const block of blocks) system.push(block);
      if (turns.length > 0) dropped.push(`${path}.role`);
    }
  }
  // Instructions alone are no request: they become the user's turn.
  if (turns.length === 0) {
    append(turns, "user", "messages[0]", system.splice(0));
    for (const [i, message] of messages.entries()) dropped.push(`${pathOf(message, i)}.role`);
  }
  if (turns.length === 0) throw saysNothing(request);
  return { system, turns };
}

/** For dialects whose first turn is the user's: a text of ours stands before what the model says first. */
export function beginWithUser(turns: Turn[], write: (text: string) => JsonObject): void {
  const [first] = turns;
  if (first?.role === "assistant") turns.unshift({ role: "user", path: first.path, blocks: [write("Continue.")] });
}

export function saysNothing(request: CompletionRequest): GatewayError {
  const field = turnsField(request);
  return new GatewayError(
    "invalid_request",
    `Cannot carry the request: "${field}" must hold a text, found none that is not empty`,
    { param: field },
  );
}

function pathOf(message: Message, index: number): string {
  return message.path ?? `messages[${index}]`;
}

/** The blocks become the turn's own. */
function append(turns: Turn[], role: Turn["role"], path: string, blocks: JsonObject[]): void {
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === role) for (const block of blocks) last.blocks.push(block);
  else turns.push({ role, path, blocks });
}
