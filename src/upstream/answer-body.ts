import { GatewayError } from "#core/errors";
import { announcedBytes, readBytes } from "#lib/read-bytes";
import type { UpstreamCall } from "./call";

/** The chunks of a body as they come; nothing is read from the connection before it is asked for. */
export function readChunks(response: Response, call: UpstreamCall): AsyncIterableIterator<Uint8Array> {
  const reader = response.body?.getReader();
  const ended: IteratorResult<Uint8Array> = { done: true, value: undefined };
  const arrived = ({ value }: { readonly value?: Uint8Array | undefined }): IteratorResult<Uint8Array> => {
    call.arrived();
    if (value !== undefined) return { done: false, value };
    call.stop();
    return ended;
  };
  const failed = (cause: unknown): never => {
    throw call.fail(cause, "in-body");
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => {
      if (reader === undefined) return Promise.resolve(arrived({}));
      const over = call.waiting();
      return over === undefined ? reader.read().then(arrived, failed) : Promise.reject(over);
    },
    return: async () => {
      call.abandon();
      return ended;
    },
  };
  return iterator;
}

/** Reads a whole body. Throws GatewayError `upstream_invalid_response` beyond the limit. */
export function readWhole(response: Response, maxBytes: number, call: UpstreamCall): Promise<Uint8Array> {
  return readBytes(
    { whole: () => readInOneGo(response, call), chunks: () => readChunks(response, call) },
    { announced: plainLength(response), maxBytes, tooLong: (most) => tooLong(most, call) },
  );
}

/** The idle timer runs for all of it, as a body with an announced length is sent in one piece. */
async function readInOneGo(response: Response, call: UpstreamCall): Promise<Uint8Array> {
  call.waiting();
  try {
    const bytes = await response.bytes();
    call.stop();
    return bytes;
  } catch (cause) {
    throw call.fail(cause, "in-body");
  }
}

/** The body's length; undefined where none is announced or it is that of a compressed body. */
function plainLength({ headers }: Response): number | undefined {
  return headers.has("content-encoding") ? undefined : announcedBytes(headers);
}

function tooLong(maxBytes: number, call: UpstreamCall): GatewayError {
  call.abandon();
  return new GatewayError("upstream_invalid_response", `The provider's answer is longer than ${maxBytes} bytes`, {
    fault: "invalid",
  });
}
