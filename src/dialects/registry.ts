import { anthropicMessages } from "./anthropic-messages/dialect";
import { bedrockConverse } from "./bedrock-converse/dialect";
import { bedrockInvoke } from "./bedrock-invoke/dialect";
import { cohere } from "./cohere/dialect";
import type { Dialects } from "./dialect";
import { gemini } from "./gemini/dialect";
import { openaiChat } from "./openai-chat/dialect";
import { openaiResponses } from "./openai-responses/dialect";

/** Every dialect that Headgate speaks, a line each. */
const known = [openaiChat, anthropicMessages, bedrockConverse, bedrockInvoke, openaiResponses, gemini, cohere] as const;

export type DialectName = (typeof known)[number]["name"];

export const dialectNames: readonly DialectName[] = known.map(({ name }) => name);

export const dialects: Dialects = Object.fromEntries(known.map((dialect) => [dialect.name, dialect]));
