import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";

/** A choice that forces a tool, where the target does not take one, or not while it reasons. */
export const toolChoice: MendRule = ({ forced_tools: taken = "taken", reasons_by_default: byDefault = false }) => {
  if (taken === "taken") return undefined;
  return {
    fields: ["toolConfig"],
    concerns: containsAny('"toolChoice"'),
    apply: (body, notes) => {
      const config = body.get("toolConfig");
      const choice = config?.get("toolChoice");
      if (choice?.get("any") === undefined && choice?.get("tool") === undefined) return;
      const type = body.get("additionalModelRequestFields")?.get("thinking")?.get("type")?.text();
      const reasons = type === undefined ? byDefault : type !== "disabled";
      if (taken === "unless-reasoning" && !reasons) return;
      config?.remove("toolChoice");
      notes.lost("toolConfig.toolChoice");
    },
  };
};
