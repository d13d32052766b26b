export type RawAnswer = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** What came of the body, chunks joined. */
  readonly body: string;
  /** Whether HTTP says that the body is complete. */
  readonly complete: boolean;
};

/** Reads one HTTP/1.1 answer off a raw connection; undefined while its head is not complete. */
export function parseAnswer(received: string): RawAnswer | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = received.slice(0, headEnd).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const rest = received.slice(headEnd + 4);
  const { body, complete } =
    headers["transfer-encoding"] === "chunked"
      ? joinChunks(rest)
      : { body: rest, complete: rest.length >= Number(headers["content-length"] ?? Number.POSITIVE_INFINITY) };
  return { status: Number(statusLine.split(" ")[1]), headers, body: Buffer.from(body, "latin1").toString(), complete };
}

function joinChunks(text: string): { readonly body: string; readonly complete: boolean } {
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size)) return { body: parts.join(""), complete: false };
    if (size === 0) return { body: parts.join(""), complete: text.startsWith("\r\n", lineEnd + 2) };
    parts.push(text.slice(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
