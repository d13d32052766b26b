import type { JsonNode } from "#lib/json-node";
import type { Traits } from "#traits/vocabulary";
import type { MendNotes, MendRule } from "../../mend";
import { someText } from "../../mends/marks";
import { callIdFor } from "../../target-ids";
import { each } from "./tool-places";

/** Ids of tool calls as the target takes them, in calls and results alike. */
export const callIds: MendRule = ({ call_ids: form = "any" }) => {
  if (form === "any") return undefined;
  const fit = (node: JsonNode | undefined, path: string, notes: MendNotes) => {
    const id = node?.text();
    const fitting = id === undefined ? undefined : callIdFor(form, id);
    if (fitting === undefined || fitting === id) return;
    node?.replace(fitting);
    notes.respelled(path);
  };
  const isOther = (bytes: Buffer, start: number) => !isTaken(form, bytes, start);
  return {
    fields: ["messages"],
    concerns: (bytes) => someText(bytes, idKey, isOther) || someText(bytes, callIdKey, isOther),
    apply: (body, notes) =>
      each(body.get("messages"), "messages", (message, path) => {
        fit(message.get("tool_call_id"), `${path}.tool_call_id`, notes);
        each(message.get("tool_calls"), `${path}.tool_calls`, (call, callPath) =>
          fit(call.get("id"), `${callPath}.id`, notes),
        );
      }),
  };
};

const idKey = Buffer.from('"id"');
const callIdKey = Buffer.from('"tool_call_id"');
const quote = 0x22;

/** Whether the text that begins here is an id that stays as it is. */
function isTaken(form: Traits["call_ids"], bytes: Buffer, start: number): boolean {
  const end = bytes.indexOf(quote, start);
  const id = bytes.toString("latin1", start, end);
  return callIdFor(form, id) === id;
}
