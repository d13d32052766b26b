import { createAnswerCheck } from "./answer-check.ts";
import { type HttpConnection, openConnection } from "./http-connection.ts";
import type { Magazine } from "./magazine.ts";
import type { Tally } from "./tally.ts";

export type Shooter = {
  /** Sends a request that was to be sent at `dueMs`; resolves when its answer has ended, or was left. */
  readonly shoot: (dueMs: number) => Promise<void>;
  readonly close: () => void;
};

/** One connection, opened when it is needed and again after it was closed. */
export function createShooter(url: URL, magazine: Magazine, tally: Tally): Shooter {
  let connection: HttpConnection | undefined;
  return {
    shoot: async (dueMs) => {
      const { shot, bytes } = magazine();
      if (connection === undefined || !connection.isOpen()) {
        connection = await openConnection(url).catch(() => undefined);
        if (connection === undefined) return tally.wrong("no connection");
      }
      await exchange(connection, { shot, bytes }, dueMs, tally);
    },
    close: () => connection?.close(),
  };
}

function exchange(
  connection: HttpConnection,
  { shot, bytes }: ReturnType<Magazine>,
  dueMs: number,
  tally: Tally,
): Promise<void> {
  return new Promise((resolve) => {
    const check = createAnswerCheck(shot.expect);
    let words = 0;
    const onPiece = (piece: Buffer) => {
      const found = check.piece(piece);
      if (found === 0) return;
      if (words === 0) tally.firstWord(performance.now() - dueMs);
      words += found;
      tally.events(found);
      if (shot.abortAfterEvents === undefined || words < shot.abortAfterEvents) return;
      connection.close();
      tally.aborted();
      resolve();
    };
    const onEnd = (status: number, why?: string) => {
      const complaint = why ?? check.complaint(status);
      const nowMs = performance.now();
      if (complaint !== undefined) tally.wrong(complaint);
      else tally.right(nowMs - dueMs, shot.expect.kind === "whole");
      resolve();
    };
    connection.send(bytes, { onPiece, onEnd });
  });
}
