import type { Citation } from "#core/completion";
import { arrayOf, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { dialect } from "./wire";

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html */
export function decodeCitation(raw: Json): Citation {
  const fields: JsonObject = isObject(raw) ? raw : {};
  const web = objectOf(objectOf(fields, "location") ?? {}, "web") ?? {};
  const source = stringOf(fields, "source");
  const url = stringOf(web, "url") ?? (source?.startsWith("http") ? source : undefined);
  const title = stringOf(fields, "title");
  const citedText = arrayOf(fields, "sourceContent")
    .map((piece) => (isObject(piece) ? (stringOf(piece, "text") ?? "") : ""))
    .join("");
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== "" && { citedText }),
    origin: dialect,
    raw,
  };
}

/** A citation as Bedrock writes it. One of another dialect becomes a place in the web when it has a URL; else it has no counterpart. */
export function encodeCitation(citation: Citation): Json | undefined {
  if (citation.origin === dialect) return citation.raw;
  const { citedText, title, url } = citation;
  if (url === undefined) return undefined;
  return {
    ...(title !== undefined && { title }),
    source: url,
    ...(citedText !== undefined && { sourceContent: [{ text: citedText }] }),
    location: { web: { url } },
  };
}
