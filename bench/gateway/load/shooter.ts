import { createAnswerCheck } from "./answer-check.ts";
import { type HttpConnection, openConnection } from "./http-connection.ts";
import type { Shot } from "./job.ts";
import type { Tally } from "./tally.ts";

export type Shooter = {
  /** Sends a request that was to be sent at `dueMs`; resolves when its answer has ended, or was left. */
  readonly shoot: (dueMs: number) => Promise<void>;
  readonly close: () => void;
};

/** The bytes of each shot, in the proportion of their weights, over and over. */
export function createMagazine(url: URL, shots: readonly Shot[]): () => { shot: Shot; bytes: Buffer } {
  const filled = shots.flatMap((shot) => {
    const loaded = { shot, bytes: bytesOf(url, shot) };
    return Array.from({ length: shot.weight ?? 1 }, () => loaded);
  });
  let next = 0;
  // A step that is prime to most numbers mixes kinds that would else come in rows.
  return () => {
    const loaded = filled[(next++ * 7) % filled.length];
    if (loaded === undefined) throw new Error("Cannot shoot: there are no shots");
    return loaded;
  };
}

/** One connection, opened when it is needed and again after it was closed. */
export function createShooter(
  url: URL,
  magazine: ReturnType<typeof createMagazine>,
  tally: Tally,
  mayRefuse = false,
): Shooter {
  let connection: HttpConnection | undefined;
  return {
    shoot: async (dueMs) => {
      const { shot, bytes } = magazine();
      if (connection === undefined || !connection.isOpen()) {
        connection = await openConnection(url).catch(() => undefined);
        if (connection === undefined) return tally.wrong("no connection");
      }
      await exchange(connection, { shot, bytes, mayRefuse }, dueMs, tally);
    },
    close: () => connection?.close(),
  };
}

function exchange(
  connection: HttpConnection,
  { shot, bytes, mayRefuse }: { readonly shot: Shot; readonly bytes: Buffer; readonly mayRefuse: boolean },
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
      if (mayRefuse && status === 503 && why === undefined) tally.refused(nowMs - dueMs, nowMs - sentMs);
      else if (complaint !== undefined) tally.wrong(complaint);
      else tally.right(nowMs - dueMs, shot.expect.kind === "whole");
      resolve();
    };
    const sentMs = performance.now();
    tally.sent(sentMs - dueMs);
    connection.send(bytes, { onPiece, onEnd });
  });
}

function bytesOf(url: URL, { path, headers, body }: Shot): Buffer {
  const length = Buffer.byteLength(body);
  const lines = Object.entries({ host: url.host, ...headers, "content-length": String(length) });
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
  );
}
