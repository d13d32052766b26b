import type { Operation } from "#core/call";
import type { CompletionRequest, Message, Part } from "#core/completion";
import type { Demand } from "#governance/demand";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { readFields } from "#lib/json-scan";
import { mayReferElsewhere } from "./far-input";
import type { DecodedRequest } from "./prepare-request";

/**
 * Tokens that stand in no request but are counted as its input: what a provider's chat template writes around the
 * messages (about 70 with OpenAI's harmony), and what it tells the model about tools (up to 735 at Anthropic).
 */
const templateTokens = 128;
const toolTemplateTokens = 1024;

/** Fields that make a provider search, or use tools of its own. */
const hostedFields: ReadonlySet<string> = new Set([
  "web_search_options",
  "search_parameters",
  "enable_search",
  "plugins",
  "mcp_servers",
  "container",
]);
/** Fields that stand for input which is kept at the provider. */
const storedFields: ReadonlySet<string> = new Set(["previous_response_id", "conversation"]);
/** Tools that the client runs, though Anthropic defines them; the search for tools is run there, but not charged. */
const clientTools = /^(?:function$|custom$|bash_|text_editor_|computer_|memory_|tool_search_tool_)/;

const limitFields = ["max_tokens", "max_completion_tokens", "best_of", "service_tier", "prompt", "tools"];

/** What a request demands at most. Only what decides is parsed; the whole only where it may refer to input elsewhere. */
export function demandOf(operation: Operation, request: DecodedRequest): Demand {
  const { scan, envelope } = request;
  const fields = readFields(scan, limitFields);
  const names = scan.fields.map(({ key }) => key);
  const tools = isArray(fields.tools) ? fields.tools : [];
  const hostedTools = names.some((name) => hostedFields.has(name)) || tools.some(isHosted);
  const media = mediaOf(operation, request);
  const outputTokens = outputLimit(fields);
  const hasTools = tools.length > 0 || names.includes("functions");
  return {
    inputTokens: scan.bytes.length - media.imageBytes + templateTokens + (hasTools ? toolTemplateTokens : 0),
    images: media.images,
    // What a tool finds becomes input too.
    refersElsewhere: media.elsewhere || hostedTools || names.some((name) => storedFields.has(name)),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    answers:
      Math.max(envelope.n, count(fields.best_of)) * (operation === "text-completion" ? prompts(fields.prompt) : 1),
    hasOutput: operation === "completion" || operation === "text-completion",
    hostedTools,
    ...(typeof fields.service_tier === "string" ? { serviceTier: fields.service_tier } : {}),
  };
}

/** The larger of the two, for which of them a provider obeys is its own business. */
function outputLimit({ max_tokens: one, max_completion_tokens: other }: JsonObject): number | undefined {
  const limits = [one, other].filter((limit) => typeof limit === "number").filter((limit) => limit >= 0);
  return limits.length === 0 ? undefined : Math.max(...limits);
}

function count(value: Json | undefined): number {
  return typeof value === "number" && value > 1 ? Math.ceil(value) : 1;
}

/** A prompt is a text or a list of tokens; a list of either is several. */
function prompts(prompt: Json | undefined): number {
  if (!isArray(prompt) || typeof prompt[0] === "number") return 1;
  return Math.max(1, prompt.length);
}

function isHosted(tool: Json): boolean {
  if (!isObject(tool)) return true;
  const { type } = tool;
  if (typeof type === "string") return !clientTools.test(type);
  return tool.function === undefined && tool.name === undefined;
}

type Media = { readonly images: number; readonly imageBytes: number; readonly elsewhere: boolean };

const noMedia: Media = { images: 0, imageBytes: 0, elsewhere: false };
const unknownMedia: Media = { images: 0, imageBytes: 0, elsewhere: true };

function mediaOf(operation: Operation, request: DecodedRequest): Media {
  if (!mayReferElsewhere(request.scan.bytes)) return noMedia;
  if (operation !== "completion") return unknownMedia;
  let full: CompletionRequest;
  try {
    full = request.full();
  } catch {
    // The provider may make more of it than we do.
    return unknownMedia;
  }
  // Gemini's, which its OpenAI look-alike takes in a field of its own.
  if (/"cached_?content"/i.test(JSON.stringify(full.extensions))) return unknownMedia;
  return full.messages.map(mediaOfMessage).reduce(both, noMedia);
}

function mediaOfMessage({ content, extensions }: Message): Media {
  // An earlier answer's audio, by its id.
  if (extensions?.["openai-chat"]?.audio !== undefined) return unknownMedia;
  return content.map(mediaOfPart).reduce(both, noMedia);
}

function mediaOfPart(part: Part): Media {
  switch (part.type) {
    case "image":
      return part.source.type === "base64"
        ? { images: 1, imageBytes: part.source.data.length, elsewhere: false }
        : unknownMedia;
    case "document":
      // Pages are packed: their tokens are not bounded by their bytes.
      return part.source.type === "text" ? noMedia : unknownMedia;
    case "tool-result":
      return part.content.map(mediaOfPart).reduce(both, noMedia);
    case "opaque":
      return unknownMedia;
    // A second of audio is 10 tokens and at least 1,000 bytes; the rest is text.
    case "audio":
    case "text":
    case "refusal":
    case "reasoning":
    case "tool-call":
      return noMedia;
  }
}

function both(a: Media, b: Media): Media {
  return {
    images: a.images + b.images,
    imageBytes: a.imageBytes + b.imageBytes,
    elsewhere: a.elsewhere || b.elsewhere,
  };
}
