import type { ProviderDefinition } from "../provider";

/** Google's models and Anthropic's; other places have a host of their own, `global` none before it. */
export const vertex: ProviderDefinition = {
  id: "vertex",
  name: "Google Vertex AI",
  otherNames: ["vertex_ai", "google-vertex"],
  source: "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
  baseUrl:
    "https://{GOOGLE_CLOUD_LOCATION=us-central1}-aiplatform.googleapis.com/v1/projects/{GOOGLE_CLOUD_PROJECT}/locations/{GOOGLE_CLOUD_LOCATION=us-central1}",
  auth: "bearer",
  environmentVariable: "VERTEX_ACCESS_TOKEN",
  dialects: [
    {
      name: "gemini",
      path: "/publishers/google/models/{model}:generateContent",
      models: ["gemini*", "gemma*", "text-*embedding*"],
    },
    {
      // https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude
      name: "anthropic-messages",
      path: "/publishers/anthropic/models/{model}:rawPredict",
      streamPath: "/publishers/anthropic/models/{model}:streamRawPredict",
      operations: ["completion", "count-tokens"],
      // https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens
      paths: { "count-tokens": "/publishers/anthropic/models/count-tokens:rawPredict" },
      models: ["claude*"],
    },
  ],
  trialModel: "gemini-2.5-flash-lite",
};
