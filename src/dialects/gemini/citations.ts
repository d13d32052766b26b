import type { Citation } from "#core/completion";
import type { Draft } from "#lib/draft";
import { arrayOf, isObject, type Json, type JsonObject, numberOf, stringOf } from "#lib/json";
import { setDefined } from "../fields";
import { dialect, field } from "./wire";

/**
 * What a candidate cites: the sources that a search grounded it in (`groundingMetadata`), and those that it repeats
 * (`citationMetadata`). Google counts bytes of UTF-8: `text` is what they are counted in.
 */
export function readCitations(candidate: JsonObject, text: string): readonly Citation[] {
  return [...readGrounding(candidate, text), ...readRepeated(candidate, text)];
}

function readGrounding(candidate: JsonObject, text: string): readonly Citation[] {
  const grounding = field(candidate, "groundingMetadata");
  if (!isObject(grounding)) return [];
  const chunks = arrayOf(grounding, "groundingChunks").filter(isObject);
  const supports = arrayOf(grounding, "groundingSupports").filter(isObject);
  if (supports.length === 0) return chunks.map((chunk) => citationOf(chunk, undefined, text));
  return supports.flatMap((support) =>
    arrayOf(support, "groundingChunkIndices").flatMap((index) => {
      const chunk = typeof index === "number" ? chunks[index] : undefined;
      return chunk === undefined ? [] : [citationOf(chunk, support, text)];
    }),
  );
}

function citationOf(chunk: JsonObject, support: JsonObject | undefined, text: string): Citation {
  const { web, retrievedContext, maps } = chunk;
  const source = [web, retrievedContext, maps].find(isObject) ?? {};
  const segment = support === undefined ? undefined : support.segment;
  const raw: Json = support === undefined ? { chunk } : { chunk, support };
  const citation: Draft<Citation> = { origin: dialect, raw };
  setDefined(citation, "url", stringOf(source, "uri"));
  setDefined(citation, "title", stringOf(source, "title"));
  if (!isObject(segment)) return citation;
  setDefined(citation, "citedText", stringOf(segment, "text"));
  return withRange(citation, segment, text);
}

function readRepeated(candidate: JsonObject, text: string): readonly Citation[] {
  const metadata = field(candidate, "citationMetadata");
  if (!isObject(metadata)) return [];
  const sources = [...arrayOf(metadata, "citationSources"), ...arrayOf(metadata, "citations")].filter(isObject);
  return sources.map((source) => {
    const citation: Draft<Citation> = { origin: dialect, raw: { source } };
    setDefined(citation, "url", stringOf(source, "uri"));
    setDefined(citation, "title", stringOf(source, "title"));
    return withRange(citation, source, text);
  });
}

/** Absent bounds are the text's own. */
function withRange(citation: Draft<Citation>, range: JsonObject, text: string): Citation {
  const end = numberOf(range, "endIndex");
  if (end === undefined) return citation;
  const bytes = Buffer.from(text);
  const characters = (upTo: number) => bytes.subarray(0, upTo).toString().length;
  citation.start = characters(numberOf(range, "startIndex") ?? 0);
  citation.end = characters(end);
  return citation;
}

/** Citations of a text, each with an address, as `groundingMetadata`. */
export function writeGrounding(cited: readonly Citation[], text: string): JsonObject | undefined {
  if (cited.length === 0) return undefined;
  const chunks = cited.map(({ title, url }) => ({ web: { uri: url, ...(title !== undefined && { title }) } }));
  const supports = cited.flatMap(({ citedText, end, start }, index) => {
    if (start === undefined || end === undefined) return [];
    const bytes = (upTo: number) => Buffer.byteLength(text.slice(0, upTo));
    const cut = citedText ?? text.slice(start, end);
    const segment = { startIndex: bytes(start), endIndex: bytes(end), text: cut };
    return [{ segment, groundingChunkIndices: [index] }];
  });
  return { groundingChunks: chunks, ...(supports.length > 0 && { groundingSupports: supports }) };
}
