import type { ProviderDefinition } from "../provider";

/** Answers without any key or network, so that a first request works on a fresh machine; see `transport.ts`. */
export const demo: ProviderDefinition = {
  id: "demo",
  name: "Demo",
  baseUrl: "demo://local/v1",
  auth: "none",
  dialects: ["openai-chat"],
  models: [
    {
      id: "echo",
      prices: [{ fromMs: 0, price: { version: "demo", input: 100_000, output: 400_000 } }],
      contextTokens: 128_000,
      maxOutputTokens: 4096,
      mode: "chat",
    },
  ],
  trialModel: "echo",
};
