import type { EditableFields } from "#lib/json-fields";
import { type FieldWords, saysNothingBeside } from "../../mends/refused-fields";

const saysNothing = saysNothingBeside({
  temperature: [1],
  top_p: [1],
  n: [1],
  presence_penalty: [0],
  frequency_penalty: [0],
  logprobs: [false],
  top_logprobs: [0],
  parallel_tool_calls: [true],
  service_tier: ["auto", "default"],
  store: [false],
  stream_options: [],
});

/** Of Chat Completions. */
export const fieldWords: FieldWords = { saysNothing, asksToReason };

function asksToReason(body: EditableFields): boolean | undefined {
  const effort = body.get("reasoning_effort")?.text();
  if (effort !== undefined) return effort !== "none";
  const thinking = body.get("thinking")?.get("type")?.text();
  if (thinking !== undefined) return thinking !== "disabled";
  const flag = body.get("enable_thinking")?.json();
  return typeof flag === "boolean" ? flag : undefined;
}
