import type { JsonNode } from "#lib/json-node";
import { turnRule } from "../../anthropic-messages/mends/turns";
import { at } from "../../fields";
import type { MendRule } from "../../mend";
import { someText } from "../../mends/marks";
import { alternate } from "./alternate";

/** Leaves out texts of nothing but white space, and turns that hold nothing else. */
export const blankTexts: MendRule = ({ blank_texts: blank = "taken" }) => {
  if (blank === "taken") return undefined;
  return turnRule(
    (bytes) => someText(bytes, textKey, mayBeBlank),
    (turns, notes) => {
      const kept = turns.filter(({ node, path }) => {
        const content = node.get("content");
        const blocks = content?.elements() ?? [];
        const left = blocks.filter((block) => !isBlank(block));
        if (left.length === blocks.length) return true;
        for (const [index, block] of blocks.entries()) if (isBlank(block)) notes.lost(at(`${path}.content`, index));
        content?.setElements(left);
        return left.length > 0;
      });
      // Without a single message it is no request: the provider says so better than we could.
      return kept.length === 0 || kept.length === turns.length ? turns : alternate(kept);
    },
  );
};

function isBlank(block: JsonNode): boolean {
  return block.get("text")?.text()?.trim() === "";
}

const textKey = Buffer.from('"text"');
const quote = 0x22;
const backslash = 0x5c;

/** By its first byte: what is looked at again is seldom. */
function mayBeBlank(bytes: Buffer, start: number): boolean {
  const first = bytes[start] ?? 0;
  return first === quote || first <= 0x20 || first === backslash || first > 0x7f;
}
