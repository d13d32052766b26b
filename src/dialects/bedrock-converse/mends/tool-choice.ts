import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { eachSpec } from "./tool-places";

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

/** `strict` of tools. */
export const strictTools: MendRule = ({ strict_tools: isTaken = true }) => {
  if (isTaken) return undefined;
  return {
    fields: ["toolConfig"],
    concerns: containsAny('"strict"'),
    apply: (body, notes) =>
      eachSpec(body, (spec, path) => {
        const isStrict = spec.get("strict")?.json() === true;
        if (spec.remove("strict") && isStrict) notes.lost(`${path}.strict`);
      }),
  };
};

/** The schema of an answer, where the target takes none. */
export const answerSchema: MendRule = ({ response_formats: formats }) => {
  if (formats === undefined || formats.includes("json_schema")) return undefined;
  return {
    fields: ["outputConfig"],
    apply: (body, notes) => {
      const config = body.get("outputConfig");
      if (config?.get("textFormat") === undefined) return;
      if (config.names().length === 1) body.remove("outputConfig");
      else config.remove("textFormat");
      notes.lost("outputConfig.textFormat");
    },
  };
};
