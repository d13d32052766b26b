import type { Dialect } from "./pairs.ts";
import type { Saying } from "./saying.ts";

// The mapping of finish reasons, written down once more here, so that a change to the code's own shows.

type Meaning = "stop" | "length" | "calls" | "filtered" | "refused" | "sequence" | "paused" | "full" | "unknown";

const anthropic: readonly (readonly [string, Meaning])[] = [
  ["end_turn", "stop"],
  ["stop_sequence", "sequence"],
  ["pause_turn", "paused"],
  ["compaction", "paused"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "full"],
  ["tool_use", "calls"],
  ["refusal", "refused"],
];

const meanings: { readonly [D in Dialect]: ReadonlyMap<string, Meaning> } = {
  "openai-chat": new Map([
    ["stop", "stop"],
    ["eos", "stop"],
    // Nothing was said.
    ["", "stop"],
    ["length", "length"],
    ["tool_calls", "calls"],
    ["function_call", "calls"],
    ["content_filter", "filtered"],
  ]),
  "anthropic-messages": new Map(anthropic),
  "bedrock-invoke": new Map(anthropic),
  "openai-responses": new Map([
    ["completed", "stop"],
    ["max_output_tokens", "length"],
    // A status without its reason, and a word of look-alikes.
    ["incomplete", "length"],
    ["length", "length"],
    ["content_filter", "filtered"],
  ]),
  gemini: new Map([
    ["STOP", "stop"],
    ["", "stop"],
    // As the number of the protocol buffer.
    ["1", "stop"],
    ["MAX_TOKENS", "length"],
    ["2", "length"],
    ["3", "filtered"],
    ...["SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "BLOCKED"].map(
      (word) => [word, "filtered"] as const,
    ),
  ]),
  "bedrock-converse": new Map([...anthropic, ["guardrail_intervened", "filtered"], ["content_filtered", "filtered"]]),
};

const anthropicWords = {
  stop: "end_turn",
  length: "max_tokens",
  calls: "tool_use",
  filtered: "refusal",
  refused: "refusal",
  sequence: "stop_sequence",
  paused: "pause_turn",
  full: "model_context_window_exceeded",
  unknown: "max_tokens",
};

const words: { readonly [D in Dialect]: { readonly [M in Meaning]: string } } = {
  "openai-chat": {
    stop: "stop",
    length: "length",
    calls: "tool_calls",
    filtered: "content_filter",
    refused: "content_filter",
    sequence: "stop",
    paused: "stop",
    full: "length",
    unknown: "length",
  },
  "anthropic-messages": anthropicWords,
  "bedrock-invoke": anthropicWords,
  "openai-responses": {
    stop: "completed",
    length: "max_output_tokens",
    calls: "completed",
    filtered: "content_filter",
    refused: "content_filter",
    sequence: "completed",
    paused: "completed",
    full: "max_output_tokens",
    unknown: "max_output_tokens",
  },
  gemini: {
    stop: "STOP",
    length: "MAX_TOKENS",
    calls: "STOP",
    filtered: "SAFETY",
    refused: "SAFETY",
    sequence: "STOP",
    paused: "STOP",
    full: "MAX_TOKENS",
    unknown: "OTHER",
  },
  "bedrock-converse": {
    ...anthropicWords,
    filtered: "content_filtered",
    refused: "content_filtered",
    paused: "max_tokens",
  },
};

/** The word that a client must get for what a provider says. A model that called tools finished for that reason. */
export function finishFor(provider: Dialect, client: Dialect, { calls, finish }: Saying): string {
  const meant = meanings[provider].get(finish.word) ?? "unknown";
  // Anthropic's own words are known to all that speak its dialect; it has one for calls, and others for turns that go on.
  const isClaude = provider === "bedrock-invoke" || provider === "anthropic-messages";
  if (isClaude && words[client] === anthropicWords) return finish.word;
  const meaning = meant === "stop" && calls.length > 0 && !isClaude ? "calls" : meant;
  // The word of OpenAI's for a refusal is that of any other answer; its field says it.
  const isTold = client === "openai-chat" || client === "openai-responses";
  if (finish.refused && meaning === "stop" && !isTold) return words[client].refused;
  return words[client][meaning];
}
