import type { Citation } from "#core/completion";
import { isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { dialect } from "./wire";

export function decodeCitation(raw: Json): Citation {
  const fields: JsonObject = isObject(raw) ? raw : {};
  const url = stringOf(fields, "url") ?? stringOf(fields, "source");
  const title = stringOf(fields, "title") ?? stringOf(fields, "document_title");
  const citedText = stringOf(fields, "cited_text");
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== undefined && { citedText }),
    origin: dialect,
    raw,
  };
}

/**
 * A citation as Anthropic writes it. One of another dialect becomes a web search location when it has a URL, with the
 * empty `encrypted_index` that `isForeignCitation` knows it by; without a URL it has no counterpart.
 */
export function encodeCitation(citation: Citation): Json | undefined {
  if (citation.origin === dialect) return citation.raw;
  if (citation.url === undefined) return undefined;
  return {
    type: "web_search_result_location",
    url: citation.url,
    title: citation.title ?? null,
    cited_text: citation.citedText ?? "",
    encrypted_index: "",
  };
}

/** Whether a citation in a client's history was made by `encodeCitation`: Anthropic would refuse it. */
export function isForeignCitation(raw: Json): boolean {
  return isObject(raw) && raw.encrypted_index === "";
}
