import type { StoredBody, StoredContent } from "#core/stored-content";

/**
 * Makes a test whether bodies contain a text, whatever the case of its ASCII letters. They are looked at as they are kept:
 * in JSON a text may be escaped in two ways, and in a stream it stands in pieces, which are put together.
 */
export function createTextMatcher(text: string): (content: StoredContent) => boolean {
  const escaped = JSON.stringify(text).slice(1, -1);
  const forms = [...new Set([text, escaped, asciiOf(escaped)])].map((form) => fold(Buffer.from(form)));
  const isIn = (body: StoredBody | undefined): boolean => {
    if (body === undefined) return false;
    const folded = fold(body.bytes);
    const contains = (where: string) => forms.some((form) => where.includes(form));
    return contains(folded) || (isStream(folded) && contains(piecesOf(folded)));
  };
  return ({ request, response }) => isIn(request) || isIn(response);
}

/** A character for each byte, so that nothing has to be decoded. */
function fold(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1").toLowerCase();
}

/** As Python's `json` writes it by default. */
function asciiOf(escaped: string): string {
  return escaped.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function isStream(folded: string): boolean {
  return /^(data|event|id|retry)?:/.test(folded);
}

/** What the dialects call the pieces of text, reasoning and arguments in their events. */
const piece =
  /"(?:content|text|partial_json|arguments|thinking|reasoning|reasoning_content|delta)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;

function piecesOf(folded: string): string {
  let together = "";
  for (const [, one = ""] of folded.matchAll(piece)) together += one;
  return together;
}
