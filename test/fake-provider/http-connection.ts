import type { Socket } from "bun";

/** A request, read to its end. */
export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headerList: readonly (readonly [string, string])[];
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
};

export type HttpServer = { readonly port: number; stop(): void };

/**
 * HTTP/1.1 on a plain socket, so that a test can end an answer in ways an HTTP server never would: RST in the middle,
 * FIN without the last chunk, a chunk size that is no number. It also sees at once when the peer goes away, and how
 * much the peer has taken.
 */
export function serveHttp(
  port: number,
  handle: (request: HttpRequest, connection: HttpConnection) => Promise<void>,
): HttpServer {
  const server = Bun.listen<HttpConnection>({
    hostname: "127.0.0.1",
    port,
    socket: {
      open(socket) {
        socket.setNoDelay(true);
        socket.data = new HttpConnection(socket, handle);
      },
      data: (socket, bytes) => socket.data.received(bytes),
      drain: (socket) => socket.data.drained(),
      end: (socket) => {
        socket.data.gone();
        socket.end();
      },
      close: (socket) => socket.data.gone(),
      error: (socket) => socket.data.gone(),
    },
  });
  return { port: server.port, stop: () => server.stop(true) };
}

const empty = new Uint8Array();

export class HttpConnection {
  #inbox = empty;
  #outbox: { bytes: Uint8Array; done: (open: boolean) => void }[] = [];
  #busy = false;
  #open = true;
  /** Bytes of the present answer that the system took. */
  bytesSent = 0;
  /** Called once when the peer goes away while an answer is running. */
  onAbort: (() => void) | undefined;

  constructor(
    private readonly socket: Socket<HttpConnection>,
    private readonly handle: (request: HttpRequest, connection: HttpConnection) => Promise<void>,
  ) {}

  get open(): boolean {
    return this.#open;
  }

  /** Resolves when the system has taken all of it: true, or when the peer has gone: false. */
  write(chunk: Uint8Array | string): Promise<boolean> {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    if (!this.#open) return Promise.resolve(false);
    return new Promise((done) => {
      this.#outbox.push({ bytes, done });
      if (this.#outbox.length === 1) this.drained();
    });
  }

  /** RST. */
  reset(): void {
    this.#open = false;
    this.socket.terminate();
  }

  /** FIN. */
  close(): void {
    this.#open = false;
    this.socket.end();
  }

  received(bytes: Uint8Array): void {
    this.#inbox = this.#inbox.length === 0 ? new Uint8Array(bytes) : concat(this.#inbox, bytes);
    this.#next();
  }

  drained(): void {
    while (this.#open) {
      const head = this.#outbox[0];
      if (!head) return;
      const taken = Math.max(0, this.socket.write(head.bytes));
      this.bytesSent += taken;
      if (taken < head.bytes.length) {
        head.bytes = head.bytes.subarray(taken);
        return;
      }
      this.#outbox.shift();
      head.done(true);
    }
  }

  gone(): void {
    const wasOpen = this.#open;
    this.#open = false;
    for (const { done } of this.#outbox.splice(0)) done(false);
    if (wasOpen && this.#busy) this.onAbort?.();
  }

  #next(): void {
    if (this.#busy || !this.#open) return;
    const parsed = parseRequest(this.#inbox);
    if (parsed === "more") return;
    if (parsed === "bad") {
      this.write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").then(() => this.close());
      return;
    }
    this.#inbox = this.#inbox.slice(parsed.length);
    this.#busy = true;
    this.bytesSent = 0;
    this.onAbort = undefined;
    this.handle(parsed.request, this).then(
      () => {
        this.#busy = false;
        this.#next();
      },
      (error: unknown) => {
        process.stderr.write(`fake provider: ${error instanceof Error ? error.stack : String(error)}\n`);
        this.reset();
      },
    );
  }
}

function parseRequest(bytes: Uint8Array): { request: HttpRequest; length: number } | "more" | "bad" {
  // The first byte of a TLS handshake.
  if (bytes[0] === 0x16) return "bad";
  const headEnd = indexOf(bytes, "\r\n\r\n", 0);
  if (headEnd < 0) return "more";
  const lines = new TextDecoder("latin1").decode(bytes.subarray(0, headEnd)).split("\r\n");
  const [method, target, version] = (lines[0] ?? "").split(" ");
  if (!method || !target?.startsWith("/") || version !== "HTTP/1.1") return "bad";
  const headerList: [string, string][] = [];
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(":");
    if (colon <= 0) return "bad";
    headerList.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]);
  }
  const headers = Object.fromEntries(headerList);
  const body = readBody(bytes, headEnd + 4, headers);
  if (typeof body === "string") return body;
  const url = new URL(target, "http://fake");
  return {
    request: { method, path: url.pathname, query: url.searchParams, headerList, headers, body: body.bytes },
    length: body.end,
  };
}

function readBody(
  bytes: Uint8Array,
  start: number,
  headers: { [name: string]: string },
): { bytes: Uint8Array; end: number } | "more" | "bad" {
  if (headers["transfer-encoding"] !== undefined) {
    if (headers["content-length"] !== undefined) return "bad";
    return readChunks(bytes, start);
  }
  const length = Number(headers["content-length"] ?? 0);
  if (!Number.isSafeInteger(length) || length < 0) return "bad";
  return bytes.length < start + length ? "more" : { bytes: bytes.slice(start, start + length), end: start + length };
}

function readChunks(bytes: Uint8Array, start: number): { bytes: Uint8Array; end: number } | "more" | "bad" {
  const parts: Uint8Array[] = [];
  for (let at = start; ; ) {
    const lineEnd = indexOf(bytes, "\r\n", at);
    if (lineEnd < 0) return "more";
    const size = Number.parseInt(new TextDecoder().decode(bytes.subarray(at, lineEnd)), 16);
    if (Number.isNaN(size)) return "bad";
    if (bytes.length < lineEnd + 2 + size + 2) return "more";
    if (size === 0) return { bytes: concat(...parts), end: lineEnd + 4 };
    parts.push(bytes.slice(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function indexOf(bytes: Uint8Array, text: string, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(text, from, "latin1");
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([...parts]));
}
