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

export function dialectName(dialect: string): string {
  return names[dialect] ?? dialect;
}
