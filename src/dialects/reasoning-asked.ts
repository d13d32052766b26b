import { isObject, type Json, type JsonObject } from "#lib/json";

/** The top-level fields by which requests of any dialect say that a model shall reason, or not. */
export const reasoningFields = [
  "reasoning_effort",
  "reasoning",
  "thinking",
  "output_config",
  "enable_thinking",
  "chat_template_kwargs",
] as const;

/**
 * Whether a request tells the model to reason (true) or not to (false); undefined where it says nothing. Never throws: what
 * is wrong with these fields is for others to say. OpenAI's `reasoning_effort`, OpenRouter's `reasoning`
 * (https://openrouter.ai/docs/use-cases/reasoning-tokens), Anthropic's `thinking` and `output_config.effort`, Qwen's
 * `enable_thinking` (https://qwen.readthedocs.io/en/latest/deployment/vllm.html).
 */
export function reasoningAsked(fields: JsonObject): boolean | undefined {
  return (
    ofEffort(fields.reasoning_effort) ??
    ofReasoning(fields.reasoning) ??
    ofThinking(fields.thinking) ??
    ofEffort(isObject(fields.output_config) ? fields.output_config.effort : undefined) ??
    ofSwitch(fields.enable_thinking) ??
    ofTemplate(fields.chat_template_kwargs)
  );
}

function ofEffort(effort: Json | undefined): boolean | undefined {
  return typeof effort === "string" ? effort !== "none" : undefined;
}

function ofReasoning(reasoning: Json | undefined): boolean | undefined {
  if (!isObject(reasoning)) return undefined;
  const { effort, enabled, max_tokens: tokens } = reasoning;
  return ofEffort(effort) ?? ofSwitch(enabled) ?? (typeof tokens === "number" ? tokens > 0 : undefined);
}

function ofThinking(thinking: Json | undefined): boolean | undefined {
  if (!isObject(thinking) || typeof thinking.type !== "string") return undefined;
  return thinking.type !== "disabled";
}

function ofTemplate(options: Json | undefined): boolean | undefined {
  return isObject(options) ? (ofSwitch(options.enable_thinking) ?? ofSwitch(options.thinking)) : undefined;
}

function ofSwitch(value: Json | undefined): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
