import { JsonNode, joinStrings } from "#lib/json-node";

/** Between texts that become one. */
export const between = "\n\n";

/** Puts the content of another message behind that of this one: as one text where both are texts, else as parts. */
export function joinContent(message: JsonNode, other: JsonNode): void {
  const content = message.get("content");
  const added = other.get("content");
  if (added === undefined || isNothing(added)) return;
  message.set("content", content === undefined || isNothing(content) ? added : joined(content, added));
}

function joined(content: JsonNode, added: JsonNode): JsonNode {
  if (content.isString && added.isString) return joinStrings([content, added], between);
  const list = JsonNode.of([]);
  list.setElements([...partsOf(content), ...partsOf(added)]);
  return list;
}

function isNothing(content: JsonNode): boolean {
  return !content.isArray && (content.json() === null || content.text() === "");
}

function partsOf(content: JsonNode): readonly JsonNode[] {
  if (!content.isString) return content.elements();
  const part = JsonNode.of({ type: "text" });
  part.set("text", content);
  return [part];
}
