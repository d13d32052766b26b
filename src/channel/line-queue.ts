import { createLineBuffer } from "#lib/line-buffer";

/** Lines that are read for a few milliseconds at a time, in order, so that other work has its turn in between. */
export type LineQueue = {
  readonly push: (chunk: Uint8Array) => void;
  /** What waits is not read any more. */
  readonly close: () => void;
};

export type LineQueueParts = {
  readonly maxLineBytes: number;
  readonly read: (line: string) => void;
  /** Takes what `read` threw, or that a line was too long. */
  readonly onError: (error: unknown) => void;
};

const turnMs = 2;

export function createLineQueue({ maxLineBytes, read, onError }: LineQueueParts): LineQueue {
  const lines = createLineBuffer(maxLineBytes);
  let waiting: readonly string[] = [];
  let turn: ReturnType<typeof setImmediate> | undefined;
  const close = () => {
    waiting = [];
    clearImmediate(turn);
    turn = undefined;
  };
  const readSome = () => {
    turn = undefined;
    const untilMs = performance.now() + turnMs;
    let count = 0;
    for (const line of waiting) {
      read(line);
      count += 1;
      if (performance.now() >= untilMs) break;
    }
    waiting = waiting.slice(count);
    if (waiting.length > 0) turn = setImmediate(attempt, readSome);
  };
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      close();
      onError(error);
    }
  };
  return {
    push: (chunk) =>
      attempt(() => {
        waiting = [...waiting, ...lines.push(chunk)];
        if (turn === undefined) readSome();
      }),
    close,
  };
}
