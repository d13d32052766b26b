import type { CompletionRequest, MediaSource, Message, Part } from "#core/completion";
import type { Demand } from "#core/demand";
import { estimateTokens } from "#core/estimate-tokens";
import { likelyMediaTokens } from "#core/likely-media";
import type { Draft } from "#lib/draft";
import { imageSize } from "#lib/image-size";
import { isArray, isObject, type Json, type JsonObject, numberOf, stringOf } from "#lib/json";
import { createMarkFinder } from "./external-input";
import type { DecodedRequest, Envelope, Operation } from "./operation";
import { fieldNamesOf, fieldsOf, textBytesOf } from "./request-body";

/** The fields of a dialect in which a request says what it may use. */
export type DemandFields = {
  /** Names of the output limit. */
  readonly outputLimits: readonly string[];
  /** Fields that make a provider search, use tools of its own, or serve another model. */
  readonly hosted: readonly string[];
  /** Fields that stand for input which is kept at the provider. */
  readonly stored: readonly string[];
  /** Types of tools that the client runs; any other is run by the provider. */
  readonly clientTools: RegExp;
  /** Ends of the strings, quotes and all, without which no body refers to input outside itself, or holds media. */
  readonly externalMarks: readonly string[];
  /** What of `extensions`, as JSON, stands for input which is kept at the provider. */
  readonly storedExtensions: RegExp;
  /** Fields that the functions below look at. */
  readonly others: readonly string[];
  /** Them as flat words, where the dialect keeps some a level down: output limits, `tools`, and what the functions below look at. */
  readonly flatten?: (fields: JsonObject) => JsonObject;
  /** In OpenAI's words, or `fast`. */
  readonly serviceTier: (fields: JsonObject) => string | undefined;
  /** Types of tools of the provider that do nothing but search, as often as `max_uses` allows; absent: none. */
  readonly searchTools?: RegExp;
  /** Those that cost nothing beside what they read. */
  readonly freeTools?: RegExp;
  /** The field that bounds how often all tools of the provider run together, if there is one. */
  readonly mostToolCalls?: string;
  /** Whether a field that is no tool makes the provider do work that is charged apart. */
  readonly hasHostedWork: (fields: JsonObject) => boolean;
  /** Whether a message refers to input outside the request other than by its parts. */
  readonly refersElsewhere: (message: Message) => boolean;
};

/** What an operation does with a request, beside the fields that say so. */
export type DemandShape = {
  readonly charge: Operation["charge"];
  /** How many answers are asked for: choices, of each prompt. */
  readonly answers: (envelope: Envelope, fields: JsonObject) => number;
  /** Whether its media can be looked at through the pivot. */
  readonly readsMedia: boolean;
};

/**
 * Tokens that stand in no request but are counted as its input: what a provider's chat template writes around the
 * messages (about 70 with OpenAI's harmony), and what it tells the model about tools (up to 735 at Anthropic).
 */
const templateTokens = 128;
const toolTemplateTokens = 1024;

/**
 * Makes the reader of what a request demands at most. Only what decides is parsed; the whole only where it may refer to
 * input elsewhere.
 */
export function createDemand(words: DemandFields, { charge, answers, readsMedia }: DemandShape): Operation["demand"] {
  const parsed = [...words.outputLimits, ...words.others, "tools"];
  if (words.mostToolCalls !== undefined) parsed.push(words.mostToolCalls);
  const hosted = new Set(words.hosted);
  const stored = new Set(words.stored);
  const mayReferElsewhere = createMarkFinder(words.externalMarks);
  const mayHoldAudio = createMarkFinder(audioMarks);
  const mayCacheForAnHour = createMarkFinder(hourMarks);
  const mediaIn = (request: DecodedRequest): Media => {
    // What a file costs is not bounded by its bytes.
    if (request.body.kind === "multipart") return unknownMedia;
    if (!mayReferElsewhere(request.body.bytes)) return noMedia;
    return readsMedia ? mediaOf(request, words) : unknownMedia;
  };
  const isHosted = (tool: Json) => isHostedTool(tool, words.clientTools);

  return (request) => {
    const { body, envelope } = request;
    const given = fieldsOf(body, parsed);
    const fields = words.flatten === undefined ? given : words.flatten(given);
    const names = fieldNamesOf(body);
    const tools = isArray(fields.tools) ? fields.tools : nothing;
    const hostedWork = hasAny(names, hosted) || words.hasHostedWork(fields);
    const hostedTools = hostedWork || tools.some(isHosted);
    const searches = hostedTools && !hostedWork ? mostSearches(tools.filter(isHosted), fields, words) : undefined;
    const media = mediaIn(request);
    const textBytes = textBytesOf(body) - media.packedBytes;
    const outputTokens = outputLimit(fields, words.outputLimits);
    const serviceTier = words.serviceTier(fields);
    const hasTools = tools.length > 0 || names.includes("functions");
    const isForm = body.kind === "multipart";
    const demand: Draft<Demand> = {
      textBytes,
      hasTools,
      audio: isForm || mayHoldAudio(body.bytes),
      hourCache: !isForm && mayCacheForAnHour(body.bytes),
      inputTokens: textBytes + templateTokens + (hasTools ? toolTemplateTokens : 0),
      likelyInputTokens: estimateTokens(textBytes) + likelyMediaTokens(media),
      images: media.images,
      linkedImages: media.linkedImages,
      documents: media.documents,
      // What a tool finds becomes input too.
      refersElsewhere: media.elsewhere || hostedTools || hasAny(names, stored),
      answers: answers(envelope, fields),
      hasOutput: charge === "input-and-output",
      hostedTools,
    };
    if (outputTokens !== undefined) demand.outputTokens = outputTokens;
    if (searches !== undefined) demand.searches = searches;
    if (serviceTier !== undefined) demand.serviceTier = serviceTier;
    return demand;
  };
}

/** Parts, modalities and media types: `"input_audio"`, `["text", "audio"]`, `audio/wav`. */
const audioMarks = ['audio"', "audio/"];
/** `cache_control: {type: "ephemeral", ttl: "1h"}`: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
const hourMarks = ['"1h"'];

const nothing: readonly Json[] = [];

function hasAny(names: readonly string[], wanted: ReadonlySet<string>): boolean {
  for (let index = 0; index < names.length; index++) if (wanted.has(names[index] ?? "")) return true;
  return false;
}

/** A whole number of at least 1; some servers read numbers in strings. */
export function countOf(value: Json | undefined): number {
  return Math.max(1, Math.ceil(Number(value ?? 1)) || 1);
}

/**
 * The largest of them, for which of them a provider obeys is its own business. Local servers read a limit below 1 as
 * none, and some read numbers in strings.
 */
function outputLimit(fields: JsonObject, names: readonly string[]): number | undefined {
  let largest: number | undefined;
  for (const name of names) {
    const given = fields[name] ?? undefined;
    if (given === undefined) continue;
    const limit = Number(given);
    if (!(limit >= 1)) return undefined;
    largest = Math.max(limit, largest ?? 0);
  }
  return largest;
}

function isHostedTool(tool: Json, clientTools: RegExp): boolean {
  if (!isObject(tool)) return true;
  const { type } = tool;
  if (typeof type === "string") return !clientTools.test(type);
  return tool.function === undefined && tool.name === undefined;
}

/** How often tools of the provider may search, where each of them, or a field for all, says so. */
function mostSearches(
  tools: readonly Json[],
  fields: JsonObject,
  { freeTools, mostToolCalls, searchTools }: DemandFields,
): number | undefined {
  const forAll = mostToolCalls === undefined ? undefined : countIn(fields, mostToolCalls);
  let uses = 0;
  for (const tool of tools) {
    const type = isObject(tool) ? stringOf(tool, "type") : undefined;
    if (!isObject(tool) || type === undefined) return undefined;
    if (freeTools?.test(type)) continue;
    const each = searchTools?.test(type) ? (countIn(tool, "max_uses") ?? forAll) : undefined;
    if (each === undefined) return undefined;
    uses += each;
  }
  return forAll === undefined ? uses : Math.min(uses, forAll);
}

/** A whole number from 0, as nothing but a number. */
function countIn(fields: JsonObject, name: string): number | undefined {
  const value = numberOf(fields, name);
  return value !== undefined && Number.isInteger(value) && value >= 0 ? value : undefined;
}

type Media = Pick<Demand, "documents" | "images" | "linkedImages"> & {
  /** How much of the body holds images and documents. */
  readonly packedBytes: number;
  readonly elsewhere: boolean;
};

const noMedia: Media = { images: [], linkedImages: 0, documents: [], packedBytes: 0, elsewhere: false };
const unknownMedia: Media = { ...noMedia, elsewhere: true };
const linkedImage: Media = { ...noMedia, linkedImages: 1 };

/** Where the size of an image stands in its bytes: photographs begin with a preview of themselves. */
const headBytes = 256 * 1024;

function pictureOf(base64: string): Media {
  const head = Buffer.from(base64.slice(0, (headBytes / 3) * 4), "base64");
  return { ...noMedia, images: [imageSize(head)], packedBytes: base64.length };
}

function mediaOf(request: DecodedRequest, words: DemandFields): Media {
  let full: CompletionRequest;
  try {
    full = request.full();
  } catch {
    // The provider may make more of it than we do.
    return unknownMedia;
  }
  if (words.storedExtensions.test(JSON.stringify(full.extensions))) return unknownMedia;
  return full.messages
    .map((message) =>
      words.refersElsewhere(message) ? unknownMedia : message.content.map(mediaOfPart).reduce(both, noMedia),
    )
    .reduce(both, noMedia);
}

function mediaOfPart(part: Part): Media {
  switch (part.type) {
    case "image":
      return part.source.type === "base64" ? pictureOf(part.source.data) : linkedImage;
    case "document":
      if (part.source.type === "parts") return part.source.parts.map(mediaOfPart).reduce(both, noMedia);
      return part.source.type === "text" ? noMedia : fileOf(part.source);
    case "tool-result":
      return part.content.map(mediaOfPart).reduce(both, noMedia);
    case "opaque":
    case "video":
      return unknownMedia;
    case "audio":
      // A second of it is 10 tokens and at least 1,000 bytes; of an address that is not known:
      // https://docs.mistral.ai/capabilities/audio/
      return /^https?:/i.test(part.data) ? unknownMedia : noMedia;
    case "text":
    case "refusal":
    case "reasoning":
    case "tool-call":
      return noMedia;
  }
}

/** Pages are packed: their tokens are not bounded by their bytes. Text in base64 has fewer bytes than that. */
function fileOf(source: MediaSource): Media {
  if (source.type !== "base64") return unknownMedia;
  const { data, mediaType } = source;
  // Clients say of anything that it is one: `%PDF-` is what providers look for.
  const isPdf = data.startsWith("JVBERi");
  if (mediaType.startsWith("text/") && !isPdf) return noMedia;
  return isPdf ? { ...noMedia, documents: [data.length], packedBytes: data.length } : unknownMedia;
}

function both(a: Media, b: Media): Media {
  return {
    images: a.images.length === 0 ? b.images : [...a.images, ...b.images],
    linkedImages: a.linkedImages + b.linkedImages,
    documents: a.documents.length === 0 ? b.documents : [...a.documents, ...b.documents],
    packedBytes: a.packedBytes + b.packedBytes,
    elsewhere: a.elsewhere || b.elsewhere,
  };
}
