import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";

/** The content codings (RFC 9110 § 8.4.1) that are understood. */
export const contentCodings = ["gzip", "deflate", "br", "zstd"] as const;
export type ContentCoding = (typeof contentCodings)[number];

/** The bytes are not what their content coding says. */
export class InflateError extends Error {
  override readonly name = "InflateError";
}

/**
 * Inflates a body piece by piece. `onBytes` hears of every piece before it is kept and stops the work by throwing, so
 * that a small body which grows without bounds costs one piece. Throws InflateError.
 */
export async function inflate(
  coding: ContentCoding,
  body: Uint8Array,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  const inflater = createInflater(coding);
  const pieces: Uint8Array[] = [];
  let refusal: { readonly cause: unknown } | undefined;
  try {
    inflater.end(body);
    for await (const piece of inflater) {
      try {
        onBytes(piece.length);
      } catch (cause) {
        refusal = { cause };
        break;
      }
      pieces.push(piece);
    }
  } catch (cause) {
    throw new InflateError(`the body is not valid ${coding}`, { cause });
  } finally {
    inflater.destroy();
  }
  if (refusal !== undefined) throw refusal.cause;
  return Buffer.concat(pieces);
}

function createInflater(coding: ContentCoding) {
  switch (coding) {
    case "gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
  }
}
