import { alibaba } from "./alibaba.ts";
import { anthropic } from "./anthropic.ts";
import { cerebras } from "./cerebras.ts";
import { deepseek } from "./deepseek.ts";
import { gemini } from "./gemini.ts";
import { groq } from "./groq.ts";
import { fireworks, openrouter, together } from "./hosts.ts";
import { mistral } from "./mistral.ts";
import { moonshot } from "./moonshot.ts";
import { openai } from "./openai.ts";
import { perplexity } from "./perplexity.ts";
import type { Vendor } from "./rule.ts";
import { xai } from "./xai.ts";
import { zhipu } from "./zhipu.ts";

export const vendors: readonly Vendor[] = [
  alibaba,
  anthropic,
  cerebras,
  deepseek,
  fireworks,
  gemini,
  groq,
  mistral,
  moonshot,
  openai,
  openrouter,
  perplexity,
  together,
  xai,
  zhipu,
];
