import type { Traits } from "./vocabulary";

/** Names for some traits together, as the configuration has them beside `traits`. */
export const quirks = {
  "max-tokens": {
    description: "knows the output limit as `max_tokens` alone, not as `max_completion_tokens`",
    traits: { output_limit: "max_tokens" },
  },
  "no-stream-options": {
    description: "refuses or ignores `stream_options`, and sends usage on its own",
    traits: { stream_usage: false },
  },
  "no-developer-role": {
    description: "has no role `developer`: such messages are sent as `system`",
    traits: { developer_role: "system" },
  },
  "cache-control": {
    description: "takes `cache_control` markers on content parts and tools",
    traits: { cache_markers: ["parts", "tools"] },
  },
  "reasoning-content": {
    description: "takes the reasoning of earlier turns back as `reasoning_content`",
    traits: { earlier_reasoning: "content" },
  },
  "reasoning-details": {
    description: "takes the reasoning of earlier turns back as `reasoning_details`, signatures and all",
    traits: { earlier_reasoning: "details" },
  },
  "nine-character-call-ids": {
    description: "wants ids of tool calls that are nine letters and digits",
    traits: { call_ids: "9-letters" },
  },
} as const satisfies { readonly [name: string]: { readonly description: string; readonly traits: Traits } };

export type QuirkName = keyof typeof quirks;

export function isQuirkName(name: string): name is QuirkName {
  return Object.hasOwn(quirks, name);
}
