import type { HttpConnection } from "../gateway/load/http-connection.ts";

/** Asks over a connection; rejects for any status but 200. */
export function askOnce(connection: HttpConnection, bytes: Buffer, onPiece: (piece: Buffer) => void = () => undefined) {
  return new Promise<void>((resolve, reject) =>
    connection.send(bytes, {
      onPiece,
      onEnd: (status, why) => {
        if (status === 200 && why === undefined) resolve();
        else reject(new Error(`Cannot measure: status ${status}, ${why}`));
      },
    }),
  );
}

/** A chat completion of the scratch model, about 900 bytes long, as it is sent. */
export function requestBytes(path: string, key: string, fields: object): Buffer {
  const messages = [{ role: "user", content: "How many calls does it take? ".repeat(28) }];
  const body = JSON.stringify({ model: "local/bench", max_tokens: 256, messages, ...fields });
  const headers = [`authorization: Bearer ${key}`, "content-type: application/json", `content-length: ${body.length}`];
  return Buffer.from(`POST ${path} HTTP/1.1\r\nhost: bench\r\n${headers.join("\r\n")}\r\n\r\n${body}`);
}
