import type { JsonFields } from "#lib/json-fields";
import type { Traits } from "#traits/vocabulary";
import { nearestEffort } from "../../efforts";
import type { MendNotes, MendRule } from "../../mend";

/** `reasoning_effort`, as far as the target takes one. */
export const reasoningEffort: MendRule = (traits) => {
  const { effort_with_tools: withTools = true, reasoning: ways } = traits;
  if (ways === undefined) return undefined;
  const beside = withTools ? [] : ["tools", "functions"];
  return {
    fields: ["reasoning_effort", ...beside],
    apply: (body, notes) => {
      if (!withTools && hasFunctions(body)) forbidBesideTools(body, traits, notes);
      const asked = body.get("reasoning_effort")?.text();
      if (asked === undefined) body.remove("reasoning_effort");
      else fitEffort(body, asked, traits, notes);
    },
  };
};

/** What reasons by itself has to be told not to. */
function forbidBesideTools(
  body: JsonFields,
  { reasons_by_default: byDefault = false }: Traits,
  notes: MendNotes,
): void {
  const asked = body.get("reasoning_effort")?.text();
  if (asked === "none" || (asked === undefined && !byDefault)) return;
  body.set("reasoning_effort", "none");
  notes.lost("reasoning_effort");
}

function fitEffort(
  body: JsonFields,
  asked: string,
  { efforts = [], reasoning: ways = [] }: Traits,
  notes: MendNotes,
): void {
  const switches = ways.includes("switch");
  if (switches) setSwitch(body, asked !== "none");
  const known = ways.includes("effort") ? efforts : [];
  const effort = nearestEffort(asked, known);
  if (effort !== undefined && !(switches && asked === "none")) setEffort(body, asked, effort, notes);
  else {
    body.remove("reasoning_effort");
    // What does not reason at all does as it is told.
    if (asked !== "none" && !switches) notes.lost("reasoning_effort");
  }
}

function setEffort(body: JsonFields, asked: string, effort: string, notes: MendNotes): void {
  if (asked === effort) return;
  body.set("reasoning_effort", effort);
  notes.lost("reasoning_effort");
}

/** DeepSeek's `thinking`, which clients of it may have set themselves. */
function setSwitch(body: JsonFields, on: boolean): void {
  if (body.get("thinking") === undefined) body.set("thinking", { type: on ? "enabled" : "disabled" });
}

function hasFunctions(body: JsonFields): boolean {
  return (body.get("tools") ?? body.get("functions"))?.elements().some(() => true) ?? false;
}
