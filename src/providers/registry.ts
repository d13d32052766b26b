import { anthropic } from "./anthropic/provider";
import { cerebras } from "./cerebras/provider";
import { deepseek } from "./deepseek/provider";
import { demo } from "./demo/provider";
import { fireworks } from "./fireworks/provider";
import { groq } from "./groq/provider";
import { mistral } from "./mistral/provider";
import { ollama } from "./ollama/provider";
import { openai } from "./openai/provider";
import { openrouter } from "./openrouter/provider";
import { perplexity } from "./perplexity/provider";
import type { ProviderDefinition } from "./provider";
import { together } from "./together/provider";
import { vllm } from "./vllm/provider";
import { xai } from "./xai/provider";

const definitions: readonly ProviderDefinition[] = [
  openai,
  anthropic,
  groq,
  mistral,
  deepseek,
  xai,
  openrouter,
  together,
  fireworks,
  perplexity,
  cerebras,
  ollama,
  vllm,
  demo,
];

/** Every provider that Headgate knows by name, by id. */
export const providerDefinitions: ReadonlyMap<string, ProviderDefinition> = new Map(
  definitions.map((definition) => [definition.id, definition]),
);
