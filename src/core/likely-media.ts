import type { Demand } from "./demand";

/** About what OpenAI and Anthropic make of a photograph. */
const likelyImageTokens = 1024;
/** A page has some 50 kB, and counts about 2,300 tokens: https://huggingface.co/datasets/JOHNISKING/pdf-token-cost */
const likelyPage = { base64: 68_000, tokens: 2300 };

/** What images and documents of a request probably count. */
export function likelyMediaTokens({
  documents,
  images,
  linkedImages,
}: Pick<Demand, "documents" | "images" | "linkedImages">): number {
  let tokens = (images.length + linkedImages) * likelyImageTokens;
  for (const length of documents) tokens += Math.ceil(length / likelyPage.base64) * likelyPage.tokens;
  return tokens;
}
