import type { StreamedBody } from "#core/inference";
import type { IncomingBody } from "#server/incoming-body";

/** A request's body for `fetch`, which reads it as fast as it can send it. */
export function webBody(body: IncomingBody): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null {
  if (body.isComplete) {
    const bytes = body.whole();
    return bytes.length === 0 ? null : new Uint8Array(bytes);
  }
  return new ReadableStream<Uint8Array>({
    start: (controller) =>
      body.start({
        data: (bytes) => {
          controller.enqueue(bytes);
          if ((controller.desiredSize ?? 0) <= 0) body.pause();
        },
        end: () => controller.close(),
        fail: (error) => controller.error(error),
      }),
    pull: () => body.resume(),
    cancel: () => body.drop(),
  });
}

/** The body of a `Response`, read as fast as the client takes it. */
export function streamedBody(stream: ReadableStream<Uint8Array> | null): Uint8Array | StreamedBody {
  if (stream === null) return new Uint8Array(0);
  const reader = stream.getReader();
  return {
    sendTo: async (client) => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        const written = client.write(next.value);
        client.flush();
        await written;
      }
    },
    leave: () => void reader.cancel().catch(() => undefined),
  };
}
