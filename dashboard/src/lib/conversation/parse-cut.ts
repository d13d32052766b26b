import { tryParse } from "../json";

/** Of the root, and of the list that holds what is many: messages. */
const listDepth = 2;

/**
 * What can be read of a JSON text that ends too early: all that is complete up to the second level, such as the messages of a
 * request. Undefined where that is nothing.
 */
export function parseCut(text: string): unknown {
  const open: string[] = [];
  let [end, closers, isString] = [0, "", false];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isString) {
      if (character === "\\") index += 1;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === "{" || character === "[") open.push(character === "{" ? "}" : "]");
    else if (character === "}" || character === "]") {
      open.pop();
      if (open.length !== listDepth) continue;
      [end, closers] = [index + 1, open.toReversed().join("")];
    }
  }
  return end === 0 ? undefined : tryParse(text.slice(0, end) + closers);
}
