import type { EditableFields } from "#lib/json-fields";
import { JsonNode } from "#lib/json-node";
import { joinContent } from "./join-content";

/** Puts a sentence behind the instructions at the beginning, or before all else where there are none. */
export function addInstruction(body: EditableFields, content: string): void {
  const messages = body.get("messages");
  const sentence = JsonNode.of({ role: "system", content });
  const [first] = messages?.elements() ?? [];
  const role = first?.get("role")?.text();
  if (first !== undefined && (role === "system" || role === "developer")) joinContent(first, [sentence]);
  else messages?.setElements([sentence, ...messages.elements()]);
}
