import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { isBillingLine } from "../billing-line";

/** Claude Code's account of itself, where the model alone would read it. */
export const billingLine: MendRule = ({ billing_line: isRead = true }) => {
  if (isRead) return undefined;
  return {
    fields: ["system"],
    concerns: containsAny("x-anthropic-billing-header:"),
    apply: (body, notes) => {
      const system = body.get("system");
      const blocks = system?.elements() ?? [];
      const kept = blocks.filter((block, index) => {
        const isLine = isBillingLine(block.get("text")?.text() ?? "");
        if (isLine) notes.lost(`system[${index}]`);
        return !isLine;
      });
      if (kept.length === blocks.length) return;
      if (kept.length === 0) body.remove("system");
      else system?.setElements(kept);
    },
  };
};
