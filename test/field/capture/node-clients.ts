import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatOpenAI } from "@langchain/openai";
import { anthropicSdk } from "./anthropic-sdk.ts";
import { awsSdk } from "./aws-sdk.ts";
import type { Run } from "./example.ts";
import { aiSdk, langchain } from "./frameworks.ts";
import { googleSdk } from "./google-sdk.ts";
import { openaiResponses } from "./openai-responses.ts";
import { openaiSdk } from "./openai-sdk.ts";

/** Clients that run in this process, by the name of their fixture. */
export function clientsOf(url: string): { readonly [client: string]: readonly Run[] } {
  const model = "some-model";
  const apiKey = "sk-any";
  const settings = { baseURL: `${url}/v1`, apiKey };
  return {
    "openai-node": openaiSdk(url),
    "anthropic-node": anthropicSdk(url),
    "openai-node-responses": openaiResponses(url),
    "google-genai-node": googleSdk(url),
    "aws-sdk-node": awsSdk(url),
    "ai-sdk-openai": aiSdk(createOpenAI(settings).chat(model)),
    "ai-sdk-anthropic": aiSdk(createAnthropic(settings)(model)),
    "ai-sdk-responses": aiSdk(createOpenAI(settings).responses(model)),
    "ai-sdk-google": aiSdk(createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey })(model)),
    "ai-sdk-bedrock": aiSdk(createAmazonBedrock({ baseURL: url, region: "us-east-1", apiKey })(model)),
    "langchain-openai": langchain(
      (more) => new ChatOpenAI({ model, apiKey, configuration: { baseURL: settings.baseURL }, ...more }),
    ),
    "langchain-responses": langchain(
      (more) =>
        new ChatOpenAI({
          ...{ model, apiKey, useResponsesApi: true, configuration: { baseURL: settings.baseURL } },
          ...more,
        }),
    ),
    "langchain-google": langchain((more) => new ChatGoogleGenerativeAI({ model, apiKey, baseUrl: url, ...more })),
    "langchain-anthropic": langchain((more) => new ChatAnthropic({ model, apiKey, anthropicApiUrl: url, ...more })),
  };
}
