import type { ProviderDefinition } from "../provider";

/** The API that needs no `api-version`; the older one, with a deployment in its paths, by its base URL. */
export const azureOpenai: ProviderDefinition = {
  id: "azure-openai",
  name: "Azure OpenAI",
  otherNames: ["azure", "azure_ai"],
  source: "https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle",
  baseUrl: "https://{AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1",
  otherBaseUrls: ["{AZURE_OPENAI_ENDPOINT}"],
  rootPath: "/openai/v1",
  auth: "api-key",
  environmentVariable: "AZURE_OPENAI_API_KEY",
  otherVariables: ["AZURE_API_KEY"],
  // https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses
  dialects: ["openai-chat", "openai-responses"],
  dialectsAt: [
    {
      // https://learn.microsoft.com/azure/ai-foundry/openai/reference
      baseUrl: "https://*/openai/deployments",
      dialects: [{ name: "openai-chat", path: "/{model}/chat/completions?api-version=2024-10-21" }],
    },
  ],
};
