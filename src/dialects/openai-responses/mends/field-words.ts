import type { EditableFields } from "#lib/json-fields";
import { type FieldWords, saysNothingBeside } from "../../mends/refused-fields";

const saysNothing = saysNothingBeside({
  temperature: [1],
  top_p: [1],
  top_logprobs: [0],
  parallel_tool_calls: [true],
  service_tier: ["auto", "default"],
  store: [false],
  truncation: ["disabled"],
});

/** Of Responses. */
export const fieldWords: FieldWords = { saysNothing, asksToReason };

function asksToReason(body: EditableFields): boolean | undefined {
  const effort = body.get("reasoning")?.get("effort")?.text();
  return effort === undefined ? undefined : effort !== "none";
}
