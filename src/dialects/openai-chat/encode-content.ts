import type { Message, Part } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { at } from "../fields";
import { encodePart, type Place } from "./encode-parts";
import type { Losses } from "./losses";
import { spellDocument } from "./spell-document";

/** A part with its place in its message, by which a loss is named. */
export type Numbered<T extends Part = Part> = { readonly part: T; readonly index: number };

export function numbered(content: readonly Part[]): readonly Numbered[] {
  return content.flatMap((whole, index) => spellDocument(whole).map((part) => ({ part, index })));
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
  return parts
    .map(({ part, index }) => encodePart(part, at(path, index), place, losses))
    .filter((part) => part !== undefined);
}

/** One plain text is written as a string, which every provider takes. */
export function joinContent(parts: readonly JsonObject[]): string | readonly JsonObject[] | undefined {
  const [first, ...others] = parts;
  if (first === undefined) return undefined;
  const plain = others.length === 0 && typeof first.text === "string" && Object.keys(first).length === 2;
  return plain && first.type === "text" && typeof first.text === "string" ? first.text : parts;
}

export function encodeName(message: Message): JsonObject {
  return message.name === undefined ? {} : { name: message.name };
}
