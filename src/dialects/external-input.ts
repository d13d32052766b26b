const escapedAscii = Buffer.from("\\u00");

/**
 * Makes the search for marks in a JSON body: whether it may refer to input that stands elsewhere, or hold media. Never
 * false for one that does; true for some that do not (a tool's parameter of such a name), so that only these have to be
 * read in full. A mark ends with its quote, for inside of a text that would be escaped.
 */
export function createMarkFinder(marks: readonly string[]): (body: Uint8Array) => boolean {
  const needles = marks.map((mark) => Buffer.from(mark));
  return (body) => {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    return needles.some((needle) => bytes.includes(needle)) || hidesLetters(bytes);
  };
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
