import type { CompletionRequest, DocumentSource, Part, Tool } from "#core/completion";

// Anthropic's tokenizer is not public. English prose runs at about 3.5 bytes a token in its own counts, and the frames
// around it are fitted to them.
const bytesPerToken = 3.5;
const tokensPerRequest = 5;
const tokensPerMessage = 3;
/** The system prompt that offering tools adds at Claude: 346 for most models (docs: tool use, "Pricing"), up to 500 for some. */
const tokensForToolsOfClaude = 400;
/** Elsewhere a few words around the list: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const tokensForTools = 12;
const tokensPerCall = 30;
const tokensForThinking = 28;
const tokensForSchema = 180;
/** An image of the largest size that is not scaled down (docs: vision, "Calculate image costs"). */
const tokensPerImage = 1568;
/** A PDF page costs 1,500 to 3,000 tokens, and its pages are not counted here: a short document is assumed. */
const tokensPerDocument = 6000;

/**
 * Estimates the input tokens of a request, for providers that cannot count. Text is judged by its length in UTF-8,
 * media by flat figures, tools by the model's name: it serves budgeting and context management, not billing.
 */
export function estimateInputTokens(request: CompletionRequest, model: string): number {
  const { messages, tools, reasoning, outputFormat } = request;
  const content = messages.reduce((sum, each) => sum + tokensPerMessage + partsTokens(each.content), 0);
  const frame = model.includes("claude") ? tokensForToolsOfClaude : tokensForTools;
  const offered = tools.reduce((sum, tool) => sum + toolTokens(tool), tools.length > 0 ? frame : 0);
  const thinking = reasoning?.enabled ? tokensForThinking : 0;
  const schema = outputFormat?.type === "json-schema" ? tokensForSchema + textTokens(outputFormat.schema) : 0;
  return Math.ceil(tokensPerRequest + content + offered + thinking + schema);
}

function partsTokens(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + partTokens(part), 0);
}

function partTokens(part: Part): number {
  switch (part.type) {
    case "text":
    case "refusal":
    case "reasoning":
      return textTokens(part.text);
    case "image":
      return tokensPerImage;
    case "document":
      return documentTokens(part.source) + textTokens(`${part.title ?? ""}${part.context ?? ""}`);
    case "audio":
      return textTokens(part.data) / 100;
    case "video":
      return tokensPerDocument;
    case "tool-call":
      return tokensPerCall + textTokens(part.name) + textTokens(part.arguments);
    case "tool-result":
      return tokensPerCall + partsTokens(part.content);
    case "opaque":
      return textTokens(JSON.stringify(part.value));
  }
}

function documentTokens(source: DocumentSource): number {
  if (source.type === "parts") return partsTokens(source.parts);
  return source.type === "text" ? textTokens(source.text) : tokensPerDocument;
}

function toolTokens(tool: Tool): number {
  if (tool.type === "provider") return textTokens(JSON.stringify(tool.definition));
  const { name, description = "", parameters = "{}" } = tool;
  return textTokens(name) + textTokens(description) + textTokens(parameters);
}

function textTokens(text: string): number {
  return Buffer.byteLength(text, "utf8") / bytesPerToken;
}
