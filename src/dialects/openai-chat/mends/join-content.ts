import { JsonNode, joinStrings } from "#lib/json-node";

/** Between texts that become one. */
export const between = "\n\n";

/** Puts the content of other messages behind that of this one, all at once: as one text where all are texts, else as parts. */
export function joinContent(message: JsonNode, others: readonly JsonNode[]): void {
  const contents = [message, ...others].flatMap((each) => {
    const content = each.get("content");
    return content === undefined || isNothing(content) ? [] : [content];
  });
  const [first, second] = contents;
  if (first !== undefined && (second !== undefined || first !== message.get("content"))) {
    message.set("content", joined(first, contents.slice(1)));
  }
}

function joined(first: JsonNode, rest: readonly JsonNode[]): JsonNode {
  const [content, ...others] = joinTexts([first, ...rest]);
  if (content !== undefined && others.length === 0) return content;
  const list = JsonNode.of([]);
  list.setElements([content, ...others].flatMap((each) => (each === undefined ? [] : partsOf(each))));
  return list;
}

/** The texts at the beginning as one. */
function joinTexts(contents: readonly JsonNode[]): readonly JsonNode[] {
  const found = contents.findIndex((content) => !content.isString);
  const count = found < 0 ? contents.length : found;
  return count < 2 ? contents : [joinStrings(contents.slice(0, count), between), ...contents.slice(count)];
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
