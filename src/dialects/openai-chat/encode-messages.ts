import type { CacheMarker, Message, Part } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { at } from "../fields";
import { joinCalls } from "../join-turns";
import { encodeAssistant } from "./encode-assistant";
import { contentPath, encodeName, encodeParts, joinContent, type Numbered, numbered } from "./encode-content";
import { type Place, writeMarker } from "./encode-parts";
import type { Losses } from "./losses";
import { withoutMarker } from "./message-marker";
import { own } from "./wire";

export type EncodedMessages = {
  readonly messages: readonly JsonObject[];
  /** Where the client's request has what each of them says. */
  readonly paths: readonly string[];
};

/** Writes `messages`: a turn with tool results becomes a message for each result and one for the rest. */
export function encodeMessages(messages: readonly Message[], losses: Losses): EncodedMessages {
  const written: JsonObject[] = [];
  const paths: string[] = [];
  for (const [index, message] of joinCalls(messages).entries()) {
    const path = message.path ?? at("messages", index);
    for (const each of encodeMessage(message, index, losses)) {
      written.push(each);
      paths.push(path);
    }
  }
  return { messages: written, paths };
}

function encodeMessage(asked: Message, index: number, losses: Losses): readonly JsonObject[] {
  const message = withoutMarker(asked);
  const role = message.role === "developer" ? (losses.traits.developer_role ?? "developer") : message.role;
  const text = role === "assistant" ? undefined : plainText(message.content);
  if (text !== undefined) return [writeMessage(message, role, text)];
  const path = contentPath(message, index);
  if (message.role === "assistant") {
    const written = encodeAssistant(message, path, losses);
    return isNothing(written) && message.content.some(({ type }) => type === "reasoning") ? [] : [written];
  }
  if (message.role === "user") return encodeUser(message, path, losses);
  const instructions = encodePlain({ ...message, role }, numbered(message.content), path, "text-only", losses);
  return instructions.content === "" ? [] : [instructions];
}

/** A turn of which nothing is left where it was thoughts alone: some refuse it. */
function isNothing(message: JsonObject): boolean {
  for (const name in message) if (name !== "role" && name !== "content" && name !== "name") return false;
  return message.content === "";
}

/** The text of a message that is nothing but one, as most are: written without a look at its parts. */
function plainText(content: readonly Part[]): string | undefined {
  const part = content[0];
  const isPlain = content.length === 1 && part?.type === "text" && part.cache === undefined;
  return isPlain && part.extensions === undefined && part.onlyFor === undefined ? part.text : undefined;
}

function writeMessage(message: Message, role: Message["role"], content: string | readonly JsonObject[]): JsonObject {
  return { role, content, ...encodeName(message), ...own(message.extensions) };
}

function encodePlain(
  message: Message,
  parts: readonly Numbered[],
  path: string,
  place: Place,
  losses: Losses,
): JsonObject {
  const content = joinContent(encodeParts(parts, path, place, losses)) ?? "";
  return writeMessage(message, message.role, content);
}

function encodeUser(message: Message, path: string, losses: Losses): readonly JsonObject[] {
  const results: JsonObject[] = [];
  const rest: Numbered[] = [];
  const media: JsonObject[] = [];
  for (const { part, index } of numbered(message.content)) {
    if (part.type !== "tool-result") rest.push({ part, index });
    else results.push(encodeResult(part, at(path, index), media, losses));
  }
  if (rest.length === 0 && results.length > 0) {
    return media.length === 0 ? results : [...results, { role: "user", content: media }];
  }
  const said = encodeParts(rest, path, "user", losses);
  const content = media.length === 0 ? (joinContent(said) ?? "") : [...media, ...said];
  return [...results, writeMessage(message, message.role, content)];
}

type ToolResult = Extract<Part, { readonly type: "tool-result" }>;

/** A tool message takes text alone: images and files of a result follow in a user message that names the call. */
function encodeResult(part: ToolResult, path: string, media: JsonObject[], losses: Losses): JsonObject {
  const callId = losses.callId(part.callId);
  const parts = numbered(part.content);
  const innerPath = at(path, "content");
  const shown = encodeParts(parts.filter(isMedia), innerPath, "user", losses);
  if (shown.length > 0) media.push({ type: "text", text: `From the result of tool call ${callId}:` }, ...shown);
  const texts = encodeParts(
    parts.filter((inner) => !isMedia(inner)),
    innerPath,
    "text-only",
    losses,
  );
  const { role = "tool", ...extras } = own(part.extensions);
  const cache = extras.cache_control === undefined ? part.cache : undefined;
  const said = shown.length > 0 && texts.every(isBlank) ? [{ type: "text", text: shownBelow }] : texts;
  const content = joinContent(markLast(markError(said, part.isError), cache, losses)) ?? "";
  return { role, ...(role === "tool" && { tool_call_id: callId }), content, ...extras };
}

/** In place of a result that is not text: an empty one is refused by some, and says to the model that there is none. */
const shownBelow = "The result is in the user message below.";

function isBlank({ text }: JsonObject): boolean {
  return typeof text === "string" && text.trim() === "";
}

/** The marker of a result stands on its last part here: the message itself has no place for one. */
function markLast(parts: readonly JsonObject[], cache: CacheMarker | undefined, losses: Losses): readonly JsonObject[] {
  const last = parts.at(-1);
  if (cache === undefined || last?.cache_control !== undefined) return parts;
  if (losses.marksParts && last !== undefined)
    return [...parts.slice(0, -1), { ...last, cache_control: writeMarker(cache) }];
  losses.drop("cache_control");
  return parts;
}

/** There is no flag for a failed call here: its text says so, if it does not already. */
function markError(parts: readonly JsonObject[], isError: boolean): readonly JsonObject[] {
  const [first, ...others] = parts;
  if (!isError) return parts;
  if (first === undefined) return [{ type: "text", text: "Error" }];
  if (typeof first.text !== "string" || /\berror\b/i.test(first.text.slice(0, 40))) return parts;
  return [{ ...first, text: `Error: ${first.text}` }, ...others];
}

function isMedia({ part }: Numbered): boolean {
  return part.type === "image" || part.type === "document" || part.type === "audio";
}
