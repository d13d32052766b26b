/**
 * Ends of the strings without which no dialect refers to anything: `image_url`, `file_url`…, `file` and `file_id`,
 * Anthropic's `source`, an earlier answer's `audio`, Qwen's `video`, Gemini's cached content. Quotes and all, for inside of a text they would be escaped.
 */
const marks = [
  '_url"',
  '"file"',
  '"file_id"',
  '"source"',
  '"audio"',
  '"video"',
  '"cached_content"',
  '"cachedContent"',
].map((mark) => Buffer.from(mark));
const escapedAscii = Buffer.from("\\u00");

/**
 * Whether a JSON body may refer to input that stands elsewhere, or hold media. Never false for one that does; true for
 * some that do not (a tool's parameter of such a name), so that only these have to be read in full.
 */
export function mayReferElsewhere(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  return marks.some((mark) => bytes.includes(mark)) || hidesLetters(bytes);
}

/** Whether a character of which the marks are made is written as an escape, `\u0075rl`. */
function hidesLetters(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(escapedAscii); at >= 0; at = bytes.indexOf(escapedAscii, at + 1)) {
    const digit = bytes[at + escapedAscii.length];
    // Quotes, digits and letters are 0x22 to 0x7a; control characters and Latin-1 are common in honest texts.
    if (digit !== undefined && digit >= 0x32 && digit <= 0x37) return true;
  }
  return false;
}
