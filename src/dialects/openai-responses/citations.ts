import type { Citation } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject, numberOf, stringOf } from "#lib/json";
import { setDefined } from "../fields";
import { dialect } from "./wire";

/** Reads an annotation of a text: of an address, or of a file, which this dialect's clients alone know what to do with. */
export function readCitation(raw: Json): Citation | undefined {
  if (!isObject(raw)) return undefined;
  const citation: Draft<Citation> = { origin: dialect, raw };
  setDefined(citation, "url", stringOf(raw, "url"));
  setDefined(citation, "title", stringOf(raw, "title") ?? stringOf(raw, "filename"));
  setDefined(citation, "start", numberOf(raw, "start_index"));
  setDefined(citation, "end", numberOf(raw, "end_index"));
  return citation;
}

/** Undefined for one that names no address. `length`: characters of the text that it stands in. */
export function writeCitation(citation: Citation, length: number): JsonObject | undefined {
  if (citation.origin === dialect && isObject(citation.raw)) return citation.raw;
  const { url, title = url, start = 0, end = length } = citation;
  return url === undefined ? undefined : { type: "url_citation", url, title, start_index: start, end_index: end };
}
