import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { isMadeItemId } from "../made-ids";
import { isLabelledState } from "../reasoning-state";

/**
 * Reasoning that other dialects' providers gave, which a conversation has when it changes hands: OpenAI cannot decrypt its
 * state, and looks for an item without any among those that it keeps
 * (https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items).
 */
export const foreignReasoning: MendRule = () => ({
  fields: ["input"],
  concerns: containsAny('"reasoning"'),
  apply: (body, notes) => {
    const input = body.get("input");
    const items = input?.elements() ?? [];
    const kept = items.filter((item, index) => {
      if (!isForeign(item)) return true;
      notes.lost(at("input", index));
      return false;
    });
    if (kept.length < items.length) input?.setElements(kept);
  },
});

function isForeign(item: JsonNode): boolean {
  if (item.get("type")?.text() !== "reasoning") return false;
  const content = item.get("encrypted_content")?.text() ?? "";
  return content === "" ? isMadeItemId(item.get("id")?.text() ?? "") : isLabelledState(content);
}
