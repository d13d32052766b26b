import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from "node:zlib";
import type { GatewayError } from "#core/errors";
import { ConnectionError } from "./connection-error";
import type { BodyFlow, BodySink } from "./upstream";

type Inflated = { readonly sink: BodySink; readonly flow: BodyFlow };

/**
 * Takes a content coding off a body that a provider compressed against our wish. Gives where the compressed body goes and
 * what holds the other back; undefined for a coding that is not known, whose body passes as it is. Neither side takes more
 * memory than zlib's buffers: what is not read holds the connection back.
 */
export function inflate(
  coding: string,
  sink: BodySink,
  flow: BodyFlow,
  broken: (cause: unknown) => GatewayError,
): Inflated | undefined {
  if (!codings.has(coding)) return undefined;
  let decoder: ReturnType<typeof decoderOf> | undefined;
  let isOver = false;
  let isPaused = false;
  let isFull = false;

  const start = (first: Uint8Array) => {
    const started = decoderOf(coding, first);
    started.on("data", (bytes: Uint8Array) => {
      if (isOver) return;
      sink.data(bytes);
      if (!isOver) sink.readEnded();
    });
    started.on("drain", () => {
      isFull = false;
      if (!isPaused) flow.resume();
    });
    started.on("end", () => {
      if (isOver) return;
      isOver = true;
      sink.end();
    });
    started.on("error", () => fail(broken(new ConnectionError("INVALID_ENCODING", "its content coding is broken"))));
    if (isPaused) started.pause();
    return started;
  };
  const fail = (error: GatewayError) => {
    if (isOver) return;
    isOver = true;
    decoder?.destroy();
    sink.fail(error);
  };

  return {
    sink: {
      data: (bytes) => {
        decoder ??= start(bytes);
        if (isOver || decoder.write(bytes)) return;
        isFull = true;
        flow.pause();
      },
      readEnded: () => undefined,
      end: () => {
        decoder ??= start(new Uint8Array(0));
        decoder.end();
      },
      fail,
    },
    flow: {
      pause: () => {
        isPaused = true;
        decoder?.pause();
        flow.pause();
      },
      resume: () => {
        isPaused = false;
        decoder?.resume();
        if (!isFull) flow.resume();
      },
      abandon: () => {
        isOver = true;
        decoder?.destroy();
        flow.abandon();
      },
    },
  };
}

const codings: ReadonlySet<string> = new Set(["gzip", "x-gzip", "deflate", "br", "zstd"]);

/** "deflate" is zlib's format (RFC 9110 § 8.4.1.2), but some send it without its header. */
function decoderOf(coding: string, first: Uint8Array) {
  switch (coding) {
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
    case "deflate":
      return ((first[0] ?? 0) & 15) === 8 ? createInflate() : createInflateRaw();
    default:
      return createGunzip();
  }
}
