import { connect } from "node:net";

export type RawAnswer = {
  /** Everything that came, as latin1. */
  readonly text: string;
  /** 0 when no status line came. */
  readonly status: number;
  readonly closed: boolean;
};

/** What has neither closed nor answered then never will. */
const patienceMs = 60_000;

/** Part of a request: bytes, a pause in milliseconds, or a drip of single bytes with a pause before each. */
export type RawPart = string | Uint8Array | number | { readonly drip: string; readonly everyMs: number };

/** Sends raw bytes and waits until the server closes the connection; or, where it may stay open, for `afterMs` from when an answer began. */
export async function sendRaw(port: number, parts: readonly RawPart[], afterMs?: number): Promise<RawAnswer> {
  const closed = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let open = true;
  socket.on("data", (data) => {
    if (text === "" && afterMs !== undefined) setTimeout(() => closed.resolve(false), afterMs);
    text += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.on("end", () => closed.resolve(true));
  socket.on("close", () => {
    open = false;
    closed.resolve(true);
  });
  const timer = setTimeout(() => closed.resolve(false), patienceMs);
  const write = (bytes: string | Uint8Array) => {
    if (open) socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  };
  const sending = (async () => {
    for (const part of parts) {
      if (typeof part === "number") await Promise.race([Bun.sleep(part), closed.promise]);
      else if (typeof part === "string" || part instanceof Uint8Array) write(part);
      else {
        for (const byte of part.drip) {
          await Promise.race([Bun.sleep(part.everyMs), closed.promise]);
          if (!open) return;
          write(byte);
        }
      }
    }
  })();
  const wasClosed = await closed.promise;
  clearTimeout(timer);
  open = false;
  socket.destroy();
  await sending;
  return { text, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), closed: wasClosed };
}
