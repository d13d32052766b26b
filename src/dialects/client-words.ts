/** Top-level fields of all dialects in which a client may have said the same. */
const sameThings: readonly (readonly string[])[] = [
  ["max_tokens", "max_completion_tokens"],
  ["stop", "stop_sequences"],
  ["thinking", "reasoning_effort", "reasoning", "output_config"],
  ["output_config", "reasoning_effort", "reasoning", "thinking"],
  ["reasoning_effort", "thinking", "reasoning", "output_config"],
  ["response_format", "output_config", "output_format"],
  ["output_config", "response_format"],
  ["user", "safety_identifier", "metadata"],
  ["seed", "random_seed"],
  // Converse keeps them a level down.
  ["inferenceConfig.temperature", "temperature"],
  ["inferenceConfig.topP", "top_p"],
  ["inferenceConfig.maxTokens", "max_tokens", "max_completion_tokens"],
  ["additionalModelRequestFields.top_k", "top_k"],
  ["additionalModelRequestFields.thinking", "thinking", "reasoning_effort", "reasoning", "output_config"],
  ["additionalModelRequestFields.output_config", "output_config", "reasoning_effort", "reasoning", "thinking"],
  ["toolConfig.toolChoice", "tool_choice"],
  ["outputConfig.textFormat", "response_format", "output_config", "output_format"],
];

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
  return others.find((other) => fields.includes(other)) ?? path;
}

function isBelow(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`);
}
