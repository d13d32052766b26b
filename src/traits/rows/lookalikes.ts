import type { TraitRow } from "../row";

const litellm = "https://github.com/BerriAI/litellm/blob/main/litellm/llms";

/** Servers and hosts of open models that speak `openai-chat`, as far as their own pages and those that call them say. */
export const lookalikeRows: readonly TraitRow[] = [
  {
    // A template that has no such role drops the message, or fails.
    provider: [
      ...[
        "sglang",
        "vllm",
        "lmstudio",
        "llamacpp",
        "lemonade",
        "docker-model-runner",
        "nebius",
        "baseten",
        "sambanova",
      ],
      ...["nvidia", "deepinfra", "hyperbolic", "novita", "siliconflow", "siliconflow-cn", "chutes", "friendli"],
      ...[
        "featherless",
        "nscale",
        "gmicloud",
        "io-net",
        "parasail",
        "wandb",
        "vultr",
        "crusoe",
        "scaleway",
        "ovhcloud",
      ],
      ...["stackit", "berget", "regolo", "tinfoil", "synthetic", "modelscope", "ollama-cloud", "huggingface"],
    ],
    dialect: "openai-chat",
    traits: { developer_role: "system" },
    source: "https://github.com/sgl-project/sglang/issues/40082",
  },
  {
    provider: ["volcengine", "stepfun", "xiaomi", "qiniu", "upstage", "sarvam", "ai21", "inception", "morph", "nova"],
    dialect: "openai-chat",
    traits: { developer_role: "system" },
    source: "https://github.com/vastsa/PI-Desktop/issues/30",
  },
  {
    provider: ["nebius", "baseten", "sambanova", "nvidia", "deepinfra", "featherless", "volcengine", "ai21", "nova"],
    dialect: "openai-chat",
    traits: { output_limit: "max_tokens" },
    source: `${litellm}/nebius/chat/transformation.py`,
  },
  {
    provider: ["xiaomi", "synthetic", "chutes", "poe", "sarvam", "crusoe"],
    dialect: "openai-chat",
    traits: { output_limit: "max_tokens" },
    source: `${litellm}/openai_like/providers.json`,
  },
  {
    provider: "hyperbolic",
    dialect: "openai-chat",
    traits: { output_limit: "max_tokens" },
    source: "https://docs.hyperbolic.xyz/docs/rest-api",
  },
  {
    provider: "nscale",
    dialect: "openai-chat",
    traits: { output_limit: "max_tokens" },
    source: `${litellm}/nscale/chat/transformation.py`,
  },
  {
    provider: ["wandb", "friendli", "docker-model-runner"],
    dialect: "openai-chat",
    traits: { output_limit: "max_tokens" },
    source: `${litellm}/wandb`,
  },
  {
    provider: "deepinfra",
    dialect: "openai-chat",
    traits: { forced_tools: "refused", list_content: ["system", "user", "assistant"] },
    source: `${litellm}/deepinfra/chat/transformation.py`,
  },
  {
    provider: "featherless",
    dialect: "openai-chat",
    traits: { forced_tools: "refused" },
    source: "https://featherless.ai/docs/completions",
  },
  {
    provider: "sambanova",
    dialect: "openai-chat",
    traits: { list_content: ["user"] },
    source: `${litellm}/sambanova/chat.py`,
  },
  {
    provider: "databricks",
    dialect: "openai-chat",
    traits: { stream_usage: false },
    source: "https://github.com/continuedev/continue/issues/12936",
  },
  {
    provider: "databricks",
    dialect: "openai-chat",
    traits: { output_limit: "max_tokens", developer_role: "system", refuses: ["store", "metadata", "service_tier"] },
    source: "https://docs.databricks.com/aws/en/machine-learning/foundation-model-apis/api-reference",
  },
  {
    provider: "cohere",
    dialect: "openai-chat",
    traits: {
      output_limit: "max_tokens",
      reasoning: ["effort"],
      efforts: ["none", "high"],
      refuses: [
        ...[
          "store",
          "metadata",
          "logit_bias",
          "top_logprobs",
          "n",
          "modalities",
          "prediction",
          "audio",
          "service_tier",
        ],
        "parallel_tool_calls",
      ],
      cache_markers: [],
    },
    source: "https://docs.cohere.com/docs/compatibility-api",
  },
  {
    // Of the models that do not reason the effort is refused.
    provider: "cohere",
    dialect: "openai-chat",
    model: ["command-r*", "command-a-03-*", "command-a-vision-*", "command-a-translate-*", "c4ai-*"],
    traits: { reasoning: [], efforts: [] },
    source: "https://docs.cohere.com/docs/compatibility-api",
  },
  {
    provider: "snowflake",
    dialect: "openai-chat",
    traits: { output_limit: "max_completion_tokens", developer_role: "system" },
    source: "https://docs.snowflake.com/en/user-guide/snowflake-cortex/open_ai_sdk",
  },
  {
    provider: "lmstudio",
    dialect: "openai-chat",
    traits: { response_formats: ["json_schema"] },
    source: "https://lmstudio.ai/docs/developer/openai-compat/structured-output",
  },
];
