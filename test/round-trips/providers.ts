import { signCall } from "../fake-provider/gemini-signatures.ts";
import { thinkingSignature } from "../fake-provider/thinking-signature.ts";
import { firstThought, weather } from "./conversation.ts";

/** A provider as the gateway knows it: id and model say what it takes. */
export type Provider = {
  readonly id: string;
  readonly dialect: string;
  readonly model: string;
  /** What the first answer's reasoning is signed with, and must come back with; undefined where nothing is. */
  readonly state?: string;
};

export const providers: readonly Provider[] = [
  { id: "oai", dialect: "openai-chat", model: "fake-gpt" },
  { id: "mistral", dialect: "openai-chat", model: "fake-mistral" },
  { id: "openai", dialect: "openai-responses", model: "gpt-5.1", state: "gAAAAAB" },
  {
    id: "anthropic",
    dialect: "anthropic-messages",
    model: "claude-sonnet-4-5",
    state: thinkingSignature(firstThought),
  },
  {
    id: "gemini",
    dialect: "gemini",
    model: "gemini-3-pro-preview",
    state: signCall(weather.name, weather.arguments),
  },
  {
    id: "bedrock",
    dialect: "bedrock-converse",
    model: "anthropic.claude-sonnet-4-5-20250929-v1:0",
    state: thinkingSignature(firstThought),
  },
];

/** Further models of the same dialects, which take other things. */
export const otherModels: readonly Provider[] = [
  {
    id: "gemini",
    dialect: "gemini",
    model: "gemini-2.5-flash",
    state: signCall(weather.name, weather.arguments),
  },
  { id: "bedrock", dialect: "bedrock-converse", model: "amazon.nova-2-lite-v1:0" },
];
