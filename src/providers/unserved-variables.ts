/** Keys of providers that have no definition here, by their usual variables, and the surface of theirs that a dialect of ours fits. */
export type UnservedVariable = {
  readonly names: readonly string[];
  readonly of: string;
  /** Where it speaks `openai-chat`; absent where it does not. */
  readonly baseUrl?: string;
  readonly source: string;
};

export const unservedVariables: readonly UnservedVariable[] = [
  {
    names: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
    of: "Gemini",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    source: "https://ai.google.dev/gemini-api/docs/openai",
  },
  {
    names: ["COHERE_API_KEY", "CO_API_KEY"],
    of: "Cohere",
    baseUrl: "https://api.cohere.ai/compatibility/v1",
    source: "https://docs.cohere.com/docs/compatibility-api",
  },
  {
    names: ["HF_TOKEN", "HUGGINGFACE_API_KEY"],
    of: "Hugging Face",
    baseUrl: "https://router.huggingface.co/v1",
    source: "https://huggingface.co/docs/inference-providers",
  },
  {
    names: ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"],
    of: "NVIDIA",
    baseUrl: "https://integrate.api.nvidia.com/v1",
    source: "https://docs.api.nvidia.com/nim/reference/llm-apis",
  },
  {
    names: ["MOONSHOT_API_KEY"],
    of: "Moonshot",
    baseUrl: "https://api.moonshot.ai/v1",
    source: "https://platform.moonshot.ai/docs",
  },
  {
    names: ["DASHSCOPE_API_KEY"],
    of: "Alibaba's Model Studio",
    baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    source: "https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope",
  },
  {
    names: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"],
    of: "Azure",
    source: "https://learn.microsoft.com/azure/ai-services/openai/reference",
  },
  {
    names: ["AWS_BEARER_TOKEN_BEDROCK"],
    of: "Bedrock",
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
  },
  {
    names: ["GOOGLE_APPLICATION_CREDENTIALS"],
    of: "Vertex",
    source: "https://cloud.google.com/docs/authentication/application-default-credentials",
  },
];
