import type { Message, Part, Role } from "#core/completion";
import type { Json, JsonObject } from "#lib/json";
import { at, invalidField, requireArray, requireObject, requireString } from "./fields";

/** The turns of a request whose `messages` have a role and blocks, behind what stands before them. Throws GatewayError `invalid_request`. */
export function readTurns(
  body: JsonObject,
  before: readonly Message[],
  decodeContent: (content: Json | undefined, path: string) => readonly Part[],
): readonly Message[] {
  const messages = requireArray(body.messages, "messages");
  if (messages.length === 0) throw invalidField("messages", "an array of at least one message", messages);
  const decoded = [...before];
  for (let index = 0; index < messages.length; index++) {
    const path = `messages[${index}]`;
    const message = requireObject(messages[index], path);
    const content = decodeContent(message.content, `${path}.content`);
    decoded.push({ role: roleOf(message, path), path, content });
  }
  return decoded;
}

function roleOf(message: JsonObject, path: string): Role {
  const role = requireString(message.role, at(path, "role"));
  if (role === "user" || role === "assistant" || role === "system") return role;
  throw invalidField(at(path, "role"), "user, assistant or system", role);
}
