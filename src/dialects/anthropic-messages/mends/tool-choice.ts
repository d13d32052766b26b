import type { MendRule } from "../../mend";
import { fieldWords } from "./field-words";

/** A choice that forces a tool, where the target does not take one, or not while it reasons. */
export const toolChoice: MendRule = ({ forced_tools: taken = "taken", reasons_by_default: byDefault = false }) => {
  if (taken === "taken") return undefined;
  return {
    fields: ["tool_choice"],
    apply: (body, notes) => {
      const choice = body.get("tool_choice");
      const type = choice?.get("type");
      if (type?.text() !== "any" && type?.text() !== "tool") return;
      if (taken === "unless-reasoning" && !(fieldWords.asksToReason(body) ?? byDefault)) return;
      type.replace("auto");
      choice?.remove("name");
      notes.lost("tool_choice");
    },
  };
};
