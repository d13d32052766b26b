import type { MendRule } from "../../mend";
import { fieldWords } from "./field-words";

/** A choice that forces a tool, where the target does not take one, or not while it reasons. */
export const toolChoice: MendRule = ({ forced_tools: taken = "taken", reasons_by_default: byDefault = false }) => {
  if (taken === "taken") return undefined;
  return {
    fields: ["tool_choice"],
    apply: (body, notes) => {
      const choice = body.get("tool_choice");
      const word = choice?.text();
      if (choice === undefined || word === "auto" || word === "none") return;
      if (taken === "unless-reasoning" && !(fieldWords.asksToReason(body) ?? byDefault)) return;
      choice.replace("auto");
      notes.lost("tool_choice");
    },
  };
};

/** What says something of tools, where there are none. */
export const withoutTools: MendRule = ({ tools: taken = "taken" }) => {
  if (taken === "taken") return undefined;
  const fields = ["tools", "tool_choice", "parallel_tool_calls", "functions", "function_call"];
  return {
    fields,
    apply: (body, notes) => {
      for (const name of fields) {
        if (body.remove(name) && (name === "tools" || name === "functions")) notes.lost(name);
      }
    },
  };
};
