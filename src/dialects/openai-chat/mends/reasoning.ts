import type { JsonFields } from "#lib/json-fields";
import { nearestEffort } from "../../efforts";
import type { MendNotes, MendRule } from "../../mend";

/** `reasoning_effort`, as far as the target takes one. */
export const reasoningEffort: MendRule = ({ reasoning: ways, efforts, effort_with_tools: withTools = true }) => {
  if (ways === undefined) return undefined;
  const switches = ways.includes("switch");
  const known = ways.includes("effort") ? (efforts ?? []) : [];
  return {
    fields: ["reasoning_effort"],
    apply: (body, notes) => {
      const asked = body.get("reasoning_effort")?.text();
      if (asked === undefined) return void body.remove("reasoning_effort");
      if (switches) setSwitch(body, asked !== "none");
      const isBeside = !withTools && hasFunctions(body);
      const effort = nearestEffort(isBeside ? "none" : asked, known);
      if (effort !== undefined && !(switches && asked === "none")) return setEffort(body, effort, notes);
      body.remove("reasoning_effort");
      // What does not reason at all does as it is told.
      if (asked !== "none" && !switches) notes.lost("reasoning_effort");
    },
  };
};

function setEffort(body: JsonFields, effort: string, notes: MendNotes): void {
  const asked = body.get("reasoning_effort");
  if (asked?.text() === effort) return;
  asked?.replace(effort);
  notes.lost("reasoning_effort");
}

/** DeepSeek's `thinking`, which clients of it may have set themselves. */
function setSwitch(body: JsonFields, on: boolean): void {
  if (body.get("thinking") === undefined) body.set("thinking", { type: on ? "enabled" : "disabled" });
}

function hasFunctions(body: JsonFields): boolean {
  return (body.get("tools") ?? body.get("functions"))?.elements().some(() => true) ?? false;
}
