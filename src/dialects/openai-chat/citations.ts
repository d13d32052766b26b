import type { Citation } from "#core/completion";
import { isObject, type Json, type JsonObject, numberOf, stringOf } from "#lib/json";
import { dialect } from "./wire";

/** Reads one entry of `annotations`. One that cites no URL (OpenRouter's parsed files) is kept for this dialect alone. */
export function readAnnotation(raw: Json): Citation | undefined {
  if (!isObject(raw)) return undefined;
  const cited = isObject(raw.url_citation) ? raw.url_citation : {};
  const fields = {
    url: stringOf(cited, "url"),
    title: stringOf(cited, "title"),
    citedText: stringOf(cited, "content"),
    start: numberOf(cited, "start_index"),
    end: numberOf(cited, "end_index"),
  };
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    origin: dialect,
    raw,
  };
}

/**
 * Writes a citation of a text of `length` characters that begins at `offset` in the message; undefined when it names no
 * URL, which is all that this dialect can say.
 */
export function writeAnnotation(citation: Citation, offset: number, length: number): JsonObject | undefined {
  if (citation.origin === dialect && isObject(citation.raw)) return citation.raw;
  if (citation.url === undefined) return undefined;
  return {
    type: "url_citation",
    url_citation: {
      url: citation.url,
      title: citation.title ?? citation.url,
      start_index: offset + (citation.start ?? 0),
      end_index: offset + (citation.end ?? length),
    },
  };
}
