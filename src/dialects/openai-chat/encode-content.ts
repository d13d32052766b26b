import type { Message, Part } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { at } from "../fields";
import { spellDocument } from "../spell-document";
import { encodePart, type Place } from "./encode-parts";
import type { Losses } from "./losses";

/** A part with its place in its message, by which a loss is named. */
export type Numbered<T extends Part = Part> = { readonly part: T; readonly index: number };

export function numbered(content: readonly Part[]): readonly Numbered[] {
  const parts: Numbered[] = [];
  for (let index = 0; index < content.length; index++) {
    const whole = content[index];
    if (whole === undefined) continue;
    if (whole.type !== "document") parts.push({ part: whole, index });
    else for (const part of spellDocument(whole)) parts.push({ part, index });
  }
  return parts;
}

/** Where a message's parts are in the client's request: Anthropic's `system` holds them itself. */
export function contentPath(message: Message, index: number): string {
  const path = message.path ?? at("messages", index);
  return path === "system" ? path : at(path, "content");
}

export function encodeParts(
  parts: readonly Numbered[],
  path: string,
  place: Place,
  losses: Losses,
): readonly JsonObject[] {
  const encoded: JsonObject[] = [];
  for (const { part, index } of parts) {
    const written = encodePart(part, at(path, index), place, losses);
    if (written !== undefined) encoded.push(written);
  }
  return encoded;
}

/** One plain text is written as a string, which every provider takes. */
export function joinContent(parts: readonly JsonObject[]): string | readonly JsonObject[] | undefined {
  const [first, second] = parts;
  if (first === undefined) return undefined;
  return second === undefined && isPlainText(first) ? first.text : parts;
}

function isPlainText(part: JsonObject): part is { readonly type: "text"; readonly text: string } {
  for (const key in part) if (key !== "type" && key !== "text") return false;
  return part.type === "text" && typeof part.text === "string";
}

export function encodeName(message: Message): JsonObject {
  return message.name === undefined ? nothing : { name: message.name };
}

const nothing: JsonObject = {};
