import { toGatewayError } from "#core/errors";
import type { BodyFlow, BodySink } from "./upstream";

/** Pushes what an iterator gives, a chunk at a time, as a body is pushed from a connection. */
export function pushChunks(chunks: AsyncIterator<Uint8Array>, sink: BodySink): BodyFlow {
  let isOver = false;
  let isPaused = false;
  let isReading = false;

  const arrived = ({ done, value }: IteratorResult<Uint8Array, unknown>) => {
    isReading = false;
    if (isOver) return;
    if (done === true) {
      isOver = true;
      sink.end();
      return;
    }
    sink.data(value);
    sink.readEnded();
    read();
  };
  const failed = (cause: unknown) => {
    if (isOver) return;
    isOver = true;
    sink.fail(toGatewayError(cause));
  };
  const read = () => {
    if (isOver || isPaused || isReading) return;
    isReading = true;
    chunks.next().then(arrived, failed);
  };

  read();
  return {
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      read();
    },
    abandon: () => {
      if (isOver) return;
      isOver = true;
      chunks.return?.().catch(() => undefined);
    },
  };
}
