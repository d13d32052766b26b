import type { CompletionRequest, Message, Part } from "#core/completion";
import type { Operation } from "#core/inference";
import type { Demand } from "#core/demand";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { readFields } from "#lib/json-scan";
import { estimateTokens } from "../estimate-usage";
import { mayReferElsewhere } from "./external-input";
import type { DecodedRequest } from "./prepare-request";

/**
 * Tokens that stand in no request but are counted as its input: what a provider's chat template writes around the
 * messages (about 70 with OpenAI's harmony), and what it tells the model about tools (up to 735 at Anthropic).
 */
const templateTokens = 128;
const toolTemplateTokens = 1024;

/** Fields that make a provider search, use tools of its own, or serve another model (OpenRouter). */
const hostedFields: ReadonlySet<string> = new Set([
  "web_search_options",
  "search_parameters",
  "enable_search",
  "plugins",
  "mcp_servers",
  "container",
  "models",
  "preset",
]);
/** Fields that stand for input which is kept at the provider. */
const storedFields: ReadonlySet<string> = new Set(["previous_response_id", "conversation"]);
/** Tools that the client runs, though Anthropic defines them; the search for tools is run there, but not charged. */
const clientTools = /^(?:function$|custom$|bash_|text_editor_|computer_|memory_|tool_search_tool_)/;

/** About what OpenAI and Anthropic make of a photograph. */
const likelyImageTokens = 1024;

/** Names of the output limit; llama.cpp's own goes before OpenAI's there. */
const outputLimitFields = ["max_tokens", "max_completion_tokens", "n_predict"];
const demandFields = [
  ...outputLimitFields,
  "best_of",
  "service_tier",
  "speed",
  "prompt",
  "tools",
  "context_management",
];

/** What a request demands at most. Only what decides is parsed; the whole only where it may refer to input elsewhere. */
export function demandOf(operation: Operation, request: DecodedRequest): Demand {
  const { scan, envelope } = request;
  const fields = readFields(scan, demandFields);
  const names = scan.fields.map(({ key }) => key);
  const tools = isArray(fields.tools) ? fields.tools : [];
  const hostedTools = names.some((name) => hostedFields.has(name)) || tools.some(isHosted) || compacts(fields);
  const media = mediaOf(operation, request);
  const textBytes = scan.bytes.length - media.imageBytes;
  const outputTokens = outputLimit(fields);
  const serviceTier = serviceTierOf(fields);
  const hasTools = tools.length > 0 || names.includes("functions");
  return {
    inputTokens: textBytes + templateTokens + (hasTools ? toolTemplateTokens : 0),
    likelyInputTokens: estimateTokens(textBytes) + media.images * likelyImageTokens,
    images: media.images,
    // What a tool finds becomes input too.
    refersElsewhere: media.elsewhere || hostedTools || names.some((name) => storedFields.has(name)),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    answers:
      Math.max(envelope.n, count(fields.best_of)) * (operation === "text-completion" ? prompts(fields.prompt) : 1),
    hasOutput: operation === "completion" || operation === "text-completion",
    hostedTools,
    ...(serviceTier === undefined ? {} : { serviceTier }),
  };
}

/**
 * The largest of them, for which of them a provider obeys is its own business. Local servers read a limit below 1 as
 * none, and some read numbers in strings.
 */
function outputLimit(fields: JsonObject): number | undefined {
  const limits = outputLimitFields.map((name) => fields[name] ?? undefined).filter((limit) => limit !== undefined);
  const numbers = limits.map(Number);
  return numbers.length > 0 && numbers.every((limit) => limit >= 1) ? Math.max(...numbers) : undefined;
}

function count(value: Json | undefined): number {
  return Math.max(1, Math.ceil(Number(value ?? 1)) || 1);
}

/** Anthropic's fast mode has a field of its own. */
function serviceTierOf({ service_tier: tier, speed }: JsonObject): string | undefined {
  if (typeof speed === "string" && speed !== "standard") return "fast";
  return typeof tier === "string" ? tier : undefined;
}

/** Anthropic bills every compaction of the context apart: as often as it takes. */
function compacts({ context_management: management }: JsonObject): boolean {
  return management !== undefined && JSON.stringify(management).includes("compact");
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
