import { connect, type Socket } from "node:net";

/** Who takes an answer: its status, its body in pieces without their framing, its end. */
export type AnswerReader = {
  readonly onPiece: (piece: Buffer) => void;
  /** `why` says what broke the answer off; undefined when it is complete. */
  readonly onEnd: (status: number, why?: string) => void;
};

export type HttpConnection = {
  /** Sends bytes that are one request; only when the answer before has ended. */
  readonly send: (request: Buffer, reader: AnswerReader) => void;
  readonly isOpen: () => boolean;
  readonly close: () => void;
};

type Phase = "head" | "length" | "chunk-size" | "chunk" | "chunk-end" | "trailer";

/** A kept HTTP/1.1 connection that costs the generator little: it reads framing and nothing else. */
export function openConnection(url: URL): Promise<HttpConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }, () => {
      socket.removeListener("error", reject);
      resolve(serve(socket));
    });
    socket.once("error", reject);
  });
}

function serve(socket: Socket): HttpConnection {
  let reader: AnswerReader | undefined;
  let [phase, status, left, open]: [Phase, number, number, boolean] = ["head", 0, 0, true];
  let rest: Buffer = Buffer.alloc(0);

  const end = (why?: string) => {
    const ended = reader;
    reader = undefined;
    phase = "head";
    ended?.onEnd(status, why);
  };
  const fail = (why: string) => {
    open = false;
    socket.destroy();
    end(why);
  };
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => fail("the connection was closed"));
  socket.on("data", (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length > 0 && step());
  });

  /** Takes one part off what has come; false when it takes more bytes. */
  function step(): boolean {
    if (phase === "length" || phase === "chunk") return takeBody();
    const lineEnd = rest.indexOf(phase === "head" ? "\r\n\r\n" : "\r\n");
    if (lineEnd < 0) return false;
    const line = rest.toString("latin1", 0, lineEnd);
    rest = rest.subarray(lineEnd + (phase === "head" ? 4 : 2));
    if (phase === "head") readHead(line);
    else if (phase === "chunk-size") {
      left = Number.parseInt(line, 16);
      phase = left === 0 ? "trailer" : "chunk";
    } else if (phase === "chunk-end") phase = "chunk-size";
    else if (line === "") end();
    return true;
  }

  function readHead(head: string): void {
    status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    left = Number(length ?? 0);
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) phase = "chunk-size";
    else if (length === undefined) fail("an answer without a length");
    else if (left === 0) end();
    else phase = "length";
  }

  function takeBody(): boolean {
    const piece = rest.length > left ? rest.subarray(0, left) : rest;
    rest = rest.subarray(piece.length);
    left -= piece.length;
    const taker = reader;
    const ends = left === 0;
    taker?.onPiece(piece);
    // The reader may have closed the connection.
    if (!open || !ends) return open;
    if (phase === "chunk") phase = "chunk-end";
    else end();
    return true;
  }

  return {
    send: (request, answerReader) => {
      reader = answerReader;
      status = 0;
      if (open) socket.write(request);
      else end("the connection was closed");
    },
    isOpen: () => open,
    close: () => {
      open = false;
      reader = undefined;
      socket.destroy();
    },
  };
}
