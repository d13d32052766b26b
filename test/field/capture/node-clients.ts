import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI } from "@langchain/openai";
import { anthropicSdk } from "./anthropic-sdk.ts";
import type { Run } from "./example.ts";
import { aiSdk, langchain } from "./frameworks.ts";
import { openaiSdk } from "./openai-sdk.ts";

/** Clients that run in this process, by the name of their fixture. */
export function clientsOf(url: string): { readonly [client: string]: readonly Run[] } {
  const model = "some-model";
  const apiKey = "sk-any";
  const settings = { baseURL: `${url}/v1`, apiKey };
  return {
    "openai-node": openaiSdk(url),
    "anthropic-node": anthropicSdk(url),
    "ai-sdk-openai": aiSdk(createOpenAI(settings).chat(model)),
    "ai-sdk-anthropic": aiSdk(createAnthropic(settings)(model)),
    "langchain-openai": langchain(
      (more) => new ChatOpenAI({ model, apiKey, configuration: { baseURL: settings.baseURL }, ...more }),
    ),
    "langchain-anthropic": langchain((more) => new ChatAnthropic({ model, apiKey, anthropicApiUrl: url, ...more })),
  };
}
