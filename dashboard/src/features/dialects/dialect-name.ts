/** What a dialect's makers call it. */
const names: { readonly [dialect: string]: string } = {
  "openai-chat": "Chat Completions",
  "openai-responses": "Responses",
  "anthropic-messages": "Messages",
  "bedrock-converse": "Converse",
  "bedrock-invoke": "InvokeModel",
  gemini: "Gemini",
  cohere: "Cohere",
};

/** Those that are translated to each other, in the API's order: the columns stand while it is asked. */
export const translated = Object.keys(names).filter((dialect) => dialect !== "cohere");

export function dialectName(dialect: string): string {
  return names[dialect] ?? dialect;
}
