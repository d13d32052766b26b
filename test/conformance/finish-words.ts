import type { Dialect } from "./recordings.ts";

/** The mapping of finish reasons, written down once more here, so that a change to the code's own shows. */
const toAnthropic: ReadonlyMap<string, string> = new Map([
  ["stop", "end_turn"],
  ["eos", "end_turn"],
  ["length", "max_tokens"],
  ["tool_calls", "tool_use"],
  ["function_call", "tool_use"],
  ["content_filter", "refusal"],
  // Nothing was said.
  ["", "end_turn"],
]);

const toOpenai: ReadonlyMap<string, string> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["compaction", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool_calls"],
  ["refusal", "content_filter"],
]);

/** The word that a client of `client` must get for a provider's. A model that called tools finished for that reason. */
export function finishFor(provider: Dialect, client: Dialect): (raw: string, calls?: boolean) => string {
  if (provider === client) return (raw) => raw;
  const words = provider === "openai-chat" ? toAnthropic : toOpenai;
  return (raw, calls = false) => {
    const word = words.get(raw) ?? `none for "${raw}"`;
    return word === "end_turn" && calls ? "tool_use" : word;
  };
}
