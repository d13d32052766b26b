import { pushChunks } from "./push-chunks";
import type { AnswerHeaders, UpstreamResponse } from "./upstream";

/** Bytes, or text that is sent as UTF-8. */
type Piece = Uint8Array | string;

/** An answer that this process makes itself, its body in pieces. */
export function answerOfPieces(
  status: number,
  headers: AnswerHeaders,
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
): UpstreamResponse {
  const chunks = () => bytesOf(pieces);
  return {
    status,
    headers,
    whole: async () => Buffer.concat(await Array.fromAsync(chunks())),
    start: (sink) => pushChunks(chunks(), sink),
    sawToken: () => undefined,
    sawLife: () => undefined,
  };
}

async function* bytesOf(pieces: Iterable<Piece> | AsyncIterable<Piece>): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}
