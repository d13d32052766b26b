import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import type { MendNotes, MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { isForeignSignature } from "../foreign-state";
import { each, eachPart, fieldOf } from "./tool-places";

/** The word that has Gemini not look: https://ai.google.dev/gemini-api/docs/thought-signatures (FAQ) */
const unchecked = "skip_thought_signature_validator";

const hasSignature = containsAny('"thoughtSignature"', '"thought_signature"');
const hasCall = containsAny('"functionCall"', '"function_call"');

/** Reasoning of other providers that rides on signatures is theirs alone. */
export const foreignSignatures: MendRule = () => ({
  fields: ["contents"],
  concerns: hasSignature,
  apply: (body, notes) =>
    eachPart(body, (part, path) => {
      const signature = fieldOf(part, "thoughtSignature")?.text();
      if (signature === undefined || !isForeignSignature(signature)) return;
      part.remove("thoughtSignature");
      part.remove("thought_signature");
      notes.lost(`${path}.thoughtSignature`);
    }),
});

/** Gemini 3 wants the signature of its thoughts on the first call of each content since the user spoke. */
export const callSignatures: MendRule = ({ call_signatures: wanted = "free" }) => {
  if (wanted !== "required") return undefined;
  return { fields: ["contents"], concerns: hasCall, apply: signCalls };
};

function signCalls(body: EditableFields, notes: MendNotes): void {
  const contents = body.get("contents")?.elements() ?? [];
  const last = contents.findLastIndex(isSaid);
  for (const [index, content] of contents.entries()) {
    if (index < last) continue;
    const parts = content.get("parts")?.elements() ?? [];
    const place = parts.findIndex((part) => fieldOf(part, "functionCall") !== undefined);
    const call = parts[place];
    if (call === undefined || (fieldOf(call, "thoughtSignature")?.text() ?? "") !== "") continue;
    call.remove("thought_signature");
    call.set("thoughtSignature", unchecked);
    notes.respelled(`contents[${index}].parts[${place}].thoughtSignature`);
  }
}

/** What the user says himself, and no result of a call. */
function isSaid(content: JsonNode): boolean {
  if (content.get("role")?.text() === "model") return false;
  let isText = false;
  each(content.get("parts"), "", (part) => {
    isText ||= part.get("text") !== undefined;
  });
  return isText;
}
