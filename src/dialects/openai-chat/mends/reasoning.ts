import type { EditableFields } from "#lib/json-fields";
import type { Traits } from "#traits/vocabulary";
import { nearestEffort } from "../../efforts";
import type { MendNotes, MendRule } from "../../mend";
import { fieldWords } from "./field-words";

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
  body: EditableFields,
  { reasons_by_default: byDefault = false }: Traits,
  notes: MendNotes,
): void {
  const asked = body.get("reasoning_effort")?.text();
  if (asked === "none" || (asked === undefined && !byDefault)) return;
  body.set("reasoning_effort", "none");
  notes.lost("reasoning_effort");
}

function fitEffort(body: EditableFields, asked: string, traits: Traits, notes: MendNotes): void {
  const { efforts = [], reasoning: ways = [] } = traits;
  const isOff = asked === "none";
  const switches = setSwitch(body, !isOff, traits);
  const effort = nearestEffort(asked, ways.includes("effort") ? efforts : []);
  if (effort !== undefined && !(switches && isOff)) setEffort(body, asked, effort, notes);
  else {
    body.remove("reasoning_effort");
    // What does not reason at all does as it is told.
    if (!switches && (!isOff || traits.can_stop_reasoning === false)) notes.lost("reasoning_effort");
  }
}

function setEffort(body: EditableFields, asked: string, effort: string, notes: MendNotes): void {
  if (asked === effort) return;
  body.set("reasoning_effort", effort);
  notes.lost("reasoning_effort");
}

/**
 * DeepSeek's `thinking`, Qwen's `enable_thinking` or the same for its template, which clients of them may have set themselves;
 * false where there is none.
 */
function setSwitch(
  body: EditableFields,
  on: boolean,
  { can_stop_reasoning: canStop, reasoning: ways = [] }: Traits,
): boolean {
  if (!on && canStop === false) return false;
  if (ways.includes("switch")) {
    if (body.get("thinking") === undefined) body.set("thinking", { type: on ? "enabled" : "disabled" });
    return true;
  }
  if (ways.includes("template")) {
    setForTemplate(body, on);
    return true;
  }
  if (!ways.includes("flag")) return false;
  if (body.get("enable_thinking") === undefined) body.set("enable_thinking", on);
  return true;
}

function setForTemplate(body: EditableFields, on: boolean): void {
  const options = body.get("chat_template_kwargs");
  if (options?.isObject !== true) body.set("chat_template_kwargs", { enable_thinking: on });
  else if (options.get("enable_thinking") === undefined) options.set("enable_thinking", on);
}

function hasFunctions(body: EditableFields): boolean {
  return (body.get("tools") ?? body.get("functions"))?.elements().some(() => true) ?? false;
}

/** `thinking` that is off, where it cannot be. */
export const thinkingStop: MendRule = ({ can_stop_reasoning: canStop = true }) => {
  if (canStop) return undefined;
  return {
    fields: ["thinking"],
    apply: (body, notes) => {
      if (body.get("thinking")?.get("type")?.text() !== "disabled") return;
      body.remove("thinking");
      notes.lost("thinking");
    },
  };
};

/** An answer in one piece, where only streams are reasoned about. */
export const wholeAnswer: MendRule = ({ reasoning_whole: taken = true, reasons_by_default: byDefault = false }) => {
  if (taken) return undefined;
  return {
    fields: ["model"],
    apply: (body, notes) => {
      const asked = fieldWords.asksToReason(body);
      if (body.get("stream")?.json() === true || !(asked ?? byDefault)) return;
      for (const name of ["reasoning_effort", "enable_thinking"]) if (body.remove(name)) notes.lost(name);
      body.set("enable_thinking", false);
      if (asked === undefined) notes.respelled("enable_thinking");
    },
  };
};
