import type { ProviderDefinition } from "../provider";

export const perplexity: ProviderDefinition = {
  id: "perplexity",
  name: "Perplexity",
  otherNames: ["perplexity-ai"],
  source: "https://docs.perplexity.ai/api-reference/chat-completions-post",
  baseUrl: "https://api.perplexity.ai",
  auth: "bearer",
  environmentVariable: "PERPLEXITY_API_KEY",
  // https://docs.litellm.ai/docs/providers/perplexity, https://python.langchain.com/docs/integrations/chat/perplexity
  otherVariables: ["PERPLEXITYAI_API_KEY", "PPLX_API_KEY"],
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  // https://docs.perplexity.ai/api-reference/chat-completions-post
  bill: "usage.cost.total_cost",
  trialModel: "sonar",
};
