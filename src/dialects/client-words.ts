import type { CompletionRequest } from "#core/completion";

/**
 * Fields of all dialects in which a client may have said the same as in the first. Behind a dot: a level down, as Google and
 * Converse keep them.
 */
const sameThings: readonly (readonly string[])[] = [
  [
    ...["max_tokens", "max_completion_tokens", "max_output_tokens"],
    ...["generationConfig.maxOutputTokens", "inferenceConfig.maxTokens"],
  ],
  ["stop", "stop_sequences", "generationConfig.stopSequences", "inferenceConfig.stopSequences"],
  ["temperature", "generationConfig.temperature", "inferenceConfig.temperature"],
  ["top_p", "generationConfig.topP", "inferenceConfig.topP"],
  ["top_k", "generationConfig.topK", "additionalModelRequestFields.top_k"],
  ["frequency_penalty", "generationConfig.frequencyPenalty"],
  ["presence_penalty", "generationConfig.presencePenalty"],
  ["seed", "random_seed", "generationConfig.seed"],
  ["logprobs", "top_logprobs", "generationConfig.responseLogprobs", "include"],
  ["thinking", ...reasoningSaid("reasoning_effort", "reasoning", "output_config")],
  ["output_config", ...reasoningSaid("reasoning_effort", "reasoning", "thinking")],
  ["reasoning_effort", ...reasoningSaid("thinking", "reasoning", "output_config")],
  ["response_format", ...formatSaid("output_config", "output_format")],
  ["output_config", ...formatSaid("response_format")],
  ["user", "safety_identifier", "metadata"],
  ["metadata", "requestMetadata"],
  ["service_tier", "serviceTier"],
  ["tool_choice", "toolConfig"],
  ["tools", "toolConfig.tools"],
  ["parallel_tool_calls", "tool_choice"],
  // Of targets that keep them a level down.
  ["inferenceConfig.temperature", "temperature", "generationConfig.temperature"],
  ["inferenceConfig.topP", "top_p", "generationConfig.topP"],
  ["inferenceConfig.maxTokens", "max_tokens", "max_completion_tokens", "generationConfig.maxOutputTokens"],
  ["additionalModelRequestFields.top_k", "top_k", "generationConfig.topK"],
  [
    "additionalModelRequestFields.thinking",
    "thinking",
    ...reasoningSaid("reasoning_effort", "reasoning", "output_config"),
  ],
  [
    "additionalModelRequestFields.output_config",
    "output_config",
    ...reasoningSaid("reasoning_effort", "reasoning", "thinking"),
  ],
  ["toolConfig.toolChoice", "tool_choice"],
  ["outputConfig.textFormat", "response_format", ...formatSaid("output_config", "output_format")],
];

function reasoningSaid(...first: readonly string[]): readonly string[] {
  return [...first, "generationConfig.thinkingConfig", "additionalModelRequestFields"];
}

function formatSaid(...first: readonly string[]): readonly string[] {
  return [...first, "text.format", "generationConfig.responseMimeType", "outputConfig.textFormat"];
}

/**
 * Where the client's request has what stands at a path of the translated one: `fields` are the client's own top-level
 * fields. Within messages the message alone is named, for its parts may have been put elsewhere.
 */
export function pathOfClient(path: string, fields: readonly string[], messagePaths: readonly string[] = []): string {
  // Most are fields that both dialects call alike.
  if (fields.includes(path)) return path;
  const [, index] = /^messages\[(\d+)\]/.exec(path) ?? [];
  if (index !== undefined) return messagePaths[Number(index)] ?? path;
  const [field = path] = path.split(/[.[]/, 1);
  if (fields.includes(field)) return path;
  const others = sameThings.filter(([first = ""]) => first === field || isBelow(path, first)).flat();
  for (const other of others) {
    const spelled = spelledIn(fields, other);
    if (spelled !== undefined) return spelled;
  }
  return path;
}

function isBelow(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`);
}

const googles: ReadonlySet<string> = new Set(["generationConfig", "toolConfig"]);

/** The path, where the client has its top-level field, in either of the spellings that Google takes. */
function spelledIn(fields: readonly string[], path: string): string | undefined {
  const [top = path] = path.split(".", 1);
  if (fields.includes(top)) return path;
  if (!googles.has(top)) return undefined;
  const snake = top.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return fields.includes(snake) ? `${snake}${path.slice(top.length)}` : undefined;
}

/** The field in which the client has its turns, e.g. `messages` or `contents`. */
export function turnsField({ messages }: CompletionRequest): string {
  const path = messages.find(({ role, path }) => path !== undefined && role !== "system" && role !== "developer")?.path;
  return path?.split(/[.[]/, 1)[0] ?? "messages";
}
