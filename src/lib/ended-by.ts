/** A body that ends cleanly as soon as the signal is aborted. */
export function endedBy(signal: AbortSignal, body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let end = () => {};
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      end = () => {
        controller.close();
        void reader.cancel().catch(() => undefined);
      };
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    },
    pull: async (controller) => {
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
      if (signal.aborted) return;
      if (value !== undefined) controller.enqueue(value);
      if (!done) return;
      signal.removeEventListener("abort", end);
      controller.close();
    },
    cancel: async () => {
      signal.removeEventListener("abort", end);
      await reader.cancel();
    },
  });
}
