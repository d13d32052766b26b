import type { JsonScan } from "#lib/json-scan";
import { type FieldChanges, removed } from "#lib/json-splice";
import type { Quirks } from "../quirk";
import { nineCharacterCallId, shortCallId } from "./target-ids";

/** What providers of this dialect differ in, where a request is written for one. */
export type WritingRules = {
  readonly outputLimit: "max_completion_tokens" | "max_tokens";
  /** Asks for usage on streams. */
  readonly usageOption: boolean;
  readonly developerRole: "developer" | "system";
  /** Takes `cache_control` markers of another dialect. */
  readonly cacheMarkers: boolean;
  /** How the reasoning of earlier turns is given back. */
  readonly reasoning: "dropped" | "content" | "details";
  readonly callId: (id: string) => string;
};

/** OpenAI's own. */
export const openaiRules: WritingRules = {
  outputLimit: "max_completion_tokens",
  usageOption: true,
  developerRole: "developer",
  cacheMarkers: false,
  reasoning: "dropped",
  callId: shortCallId,
};

const asTheClientWroteIt = "what the client writes in this dialect goes on as it came";

/** Where look-alikes differ from OpenAI. */
export const quirks = {
  "max-tokens": {
    description: "knows the output limit as `max_tokens` alone, not as `max_completion_tokens`",
    translated: { outputLimit: "max_tokens" },
    passed: { fields: renameLimit },
  },
  "no-stream-options": {
    description: "refuses or ignores `stream_options`, and sends usage on its own",
    translated: { usageOption: false },
    passed: { fields: () => ({ stream_options: removed }) },
  },
  "no-developer-role": {
    description: "has no role `developer`: such messages are sent as `system`",
    translated: { developerRole: "system" },
    passed: {
      strings: [
        { path: ["messages", "*", "role"], replace: (role: string) => (role === "developer" ? "system" : role) },
      ],
    },
  },
  "cache-control": {
    description: "takes `cache_control` markers on content parts and tools",
    translated: { cacheMarkers: true },
    passed: { unchanged: asTheClientWroteIt },
  },
  "reasoning-content": {
    description: "takes the reasoning of earlier turns back as `reasoning_content`",
    translated: { reasoning: "content" },
    passed: { unchanged: asTheClientWroteIt },
  },
  "reasoning-details": {
    description: "takes the reasoning of earlier turns back as `reasoning_details`, signatures and all",
    translated: { reasoning: "details" },
    passed: { unchanged: asTheClientWroteIt },
  },
  "nine-character-call-ids": {
    description: "wants ids of tool calls that are nine letters and digits",
    translated: { callId: nineCharacterCallId },
    passed: {
      strings: [
        { path: ["messages", "*", "tool_calls", "*", "id"], replace: nineCharacterCallId },
        { path: ["messages", "*", "tool_call_id"], replace: nineCharacterCallId },
      ],
    },
  },
} as const satisfies Quirks<WritingRules>;

/** The newer name goes before the older where a client sends both. */
function renameLimit({ bytes, fields }: JsonScan): FieldChanges {
  const limit = fields.find(({ key }) => key === "max_completion_tokens");
  if (limit === undefined) return {};
  return { max_completion_tokens: removed, max_tokens: bytes.subarray(limit.valueStart, limit.valueEnd) };
}
