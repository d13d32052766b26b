import { compileGlob } from "#lib/glob";

/** Where providers answer: one that an operator configured under a name of their own is known by it. */
export const hosts: readonly (readonly [host: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  ["*.openai.azure.com", "azure"],
  ["*.services.ai.azure.com", "azure"],
  ["*.cognitiveservices.azure.com", "azure"],
  ["api.anthropic.com", "anthropic"],
  ["generativelanguage.googleapis.com", "gemini"],
  ["*aiplatform.googleapis.com", "vertex"],
  ["*.mistral.ai", "mistral"],
  ["api.deepseek.com", "deepseek"],
  ["api.groq.com", "groq"],
  ["*api.x.ai", "xai"],
  ["openrouter.ai", "openrouter"],
  ["api.perplexity.ai", "perplexity"],
  ["api.cerebras.ai", "cerebras"],
  ["api.together.xyz", "together"],
  ["api.together.ai", "together"],
  ["api.fireworks.ai", "fireworks"],
  ["api.moonshot.ai", "moonshot"],
  ["api.moonshot.cn", "moonshot"],
  ["api.z.ai", "zhipu"],
  ["open.bigmodel.cn", "zhipu"],
  ["dashscope*.aliyuncs.com", "alibaba"],
];

const compiled = hosts.map(([host, provider]) => ({ fits: compileGlob(host), provider }));

/** The provider whose host this is; undefined for any other, a proxy's or one's own. */
export function providerAt(baseUrl: string): string | undefined {
  const host = URL.parse(baseUrl)?.hostname ?? "";
  return compiled.find(({ fits }) => fits(host))?.provider;
}
