import { GatewayError } from "#core/errors";
import { announcedBytes, readBytes } from "#lib/read-bytes";

/** What a body tells about its progress, and how its failures get their names. */
export type BodyHooks = {
  /** Gives the error of a call that is over already. */
  readonly onWaiting: () => GatewayError | undefined;
  readonly onArrived: () => void;
  /** The body ended by itself. */
  readonly onEnded: () => void;
  /** The reader wants no more: the connection is closed. */
  readonly onAbandoned: () => void;
  readonly failure: (cause: unknown) => GatewayError;
};

/** The chunks of a body as they come; nothing is read from the connection while nobody asks. */
export function readChunks(response: Response, hooks: BodyHooks): AsyncIterableIterator<Uint8Array> {
  const reader = response.body?.getReader();
  const ended: IteratorResult<Uint8Array> = { done: true, value: undefined };
  const arrived = ({ value }: { readonly value?: Uint8Array | undefined }): IteratorResult<Uint8Array> => {
    hooks.onArrived();
    if (value !== undefined) return { done: false, value };
    hooks.onEnded();
    return ended;
  };
  const failed = (cause: unknown): never => {
    throw hooks.failure(cause);
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => {
      if (reader === undefined) return Promise.resolve(arrived({}));
      const over = hooks.onWaiting();
      return over === undefined ? reader.read().then(arrived, failed) : Promise.reject(over);
    },
    return: async () => {
      hooks.onAbandoned();
      return ended;
    },
  };
  return iterator;
}

/** Reads a whole body. Throws GatewayError `upstream_invalid_response` beyond the limit. */
export function readWhole(response: Response, maxBytes: number, hooks: BodyHooks): Promise<Uint8Array> {
  return readBytes(
    { whole: () => readInOneGo(response, hooks), chunks: () => readChunks(response, hooks) },
    { announced: plainLength(response), maxBytes, tooLong: (most) => tooLong(most, hooks) },
  );
}

/** The idle timer runs for all of it, as a body with an announced length is sent in one piece. */
async function readInOneGo(response: Response, hooks: BodyHooks): Promise<Uint8Array> {
  hooks.onWaiting();
  try {
    const bytes = await response.bytes();
    hooks.onEnded();
    return bytes;
  } catch (cause) {
    throw hooks.failure(cause);
  }
}

/** The body's length; undefined where none is announced or it is that of a compressed body. */
function plainLength({ headers }: Response): number | undefined {
  return headers.has("content-encoding") ? undefined : announcedBytes(headers);
}

function tooLong(maxBytes: number, hooks: BodyHooks): GatewayError {
  hooks.onAbandoned();
  return new GatewayError("upstream_invalid_response", `The provider's answer is longer than ${maxBytes} bytes`, {
    fault: "invalid",
  });
}
