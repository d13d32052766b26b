import type { JsonNode } from "#lib/json-node";
import { skipSpace } from "#lib/json-skip";
import type { MendRule } from "../../mend";
import { someValue } from "../../mends/marks";
import { turnRule } from "./turns";

/** Leaves out texts of nothing but white space, and turns that hold nothing else; `system` as well. */
export const blankTexts: MendRule = ({ blank_texts: blank = "taken" }) => {
  if (blank === "taken") return undefined;
  const rule = turnRule(mayBeBlank, (turns, notes) => {
    const kept = turns.filter((turn) => !isBlankContent(turn.node, (path) => notes.lost(turn.path + path)));
    // Without a single message it is no request: the provider says so better than we could.
    if (kept.length === 0) return turns;
    for (const turn of turns) if (!kept.includes(turn)) notes.lost(turn.path);
    return kept;
  });
  return {
    fields: ["messages"],
    concerns: mayBeBlank,
    apply: (body, notes) => {
      const system = body.get("system");
      if (system !== undefined && isBlank(system, (path) => notes.lost(`system${path}`))) {
        body.remove("system");
        notes.lost("system");
      }
      rule?.apply(body, notes);
    },
  };
};

function isBlankContent(message: JsonNode, lose: (path: string) => void): boolean {
  const content = message.get("content");
  return content === undefined || isBlank(content, (path) => lose(`.content${path}`));
}

/** Whether nothing is left of some content once its blank texts are out. */
function isBlank(content: JsonNode, lose: (path: string) => void): boolean {
  if (!content.isArray) return content.text()?.trim() === "";
  const blocks = content.elements();
  const kept = blocks.filter((block) => !isBlankBlock(block));
  if (kept.length === blocks.length || kept.length === 0) return kept.length === 0;
  for (const [index, block] of blocks.entries()) if (!kept.includes(block)) lose(`[${index}]`);
  content.setElements(kept);
  return false;
}

/** A result may be empty, but not by a blank text. */
function isBlankBlock(block: JsonNode): boolean {
  const type = block.get("type")?.text();
  const content = type === "tool_result" ? block.get("content") : undefined;
  if (content !== undefined && isBlank(content, () => undefined)) block.remove("content");
  return type === "text" && block.get("text")?.text()?.trim() === "";
}

function mayBeBlank(bytes: Buffer): boolean {
  return (
    someValue(bytes, textKey, isBlankValue) ||
    someValue(bytes, contentKey, isBlankValue) ||
    someValue(bytes, systemKey, isBlankValue)
  );
}

const textKey = Buffer.from('"text"');
const contentKey = Buffer.from('"content"');
const systemKey = Buffer.from('"system"');

/** An empty list, or a string of white space alone; any that is not ASCII is looked at again. */
function isBlankValue(bytes: Buffer, start: number): boolean {
  if (bytes[start] === openBracket) return bytes[skipSpace(bytes, start + 1)] === closeBracket;
  let at = start + 1;
  if (bytes[start] !== quote) return false;
  for (;;) {
    const byte = bytes[at];
    if (byte === space) at += 1;
    else if (byte === backslash && escapedSpaces.includes(bytes[at + 1] ?? 0)) at += 2;
    else return byte === quote || foreignSpaces.includes(byte ?? 0);
  }
}

const openBracket = 0x5b;
const closeBracket = 0x5d;
const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;
const escapedSpaces = Buffer.from("nrtf");
/** First bytes of those of Unicode. */
const foreignSpaces = Buffer.from([0xc2, 0xe1, 0xe2, 0xe3]);
