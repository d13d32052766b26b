import { expect, test } from "bun:test";
import { laidOut, PiecedBytes } from "./pieced-bytes";
import { SocketWriter } from "./socket-writer";

const longText = "é".repeat(40_000);

/** `ab`, a text, bytes, and `ef` of what was `abcdef`. */
function pieced(text: string): PiecedBytes {
  const pieces = new PiecedBytes(Buffer.from("abcdef"));
  pieces.keepUpTo(2);
  pieces.add(text);
  pieces.add(Buffer.from("<>"));
  pieces.skipTo(4);
  pieces.keepRest();
  return pieces;
}

test("PiecedBytes are the same in one piece, as long as they say", () => {
  for (const text of ["", "x", "é"]) {
    const pieces = pieced(text);
    expect(Buffer.from(pieces.join()).toString()).toBe(`ab${text}<>ef`);
    expect(pieces.length).toBe(Buffer.byteLength(`ab${text}<>ef`));
  }
  expect(Buffer.from(laidOut<string>(pieced("x"))).toString()).toBe("abx<>ef");
  expect(laidOut("plain")).toBe("plain");
});

test("SocketWriter.writePieced() writes what write() does, whatever the socket takes of it", () => {
  for (const text of ["model", longText]) {
    const whole = `head\r\n\r\nab${text}<>ef`;
    for (const taken of [-1, 0, 3, 8, 12, 1_000_000]) {
      let written = "";
      const socket = {
        write(bytes: Uint8Array, offset = 0, length = bytes.length): number {
          const count = Math.min(taken, length);
          if (count > 0) written += Buffer.from(bytes.subarray(offset, offset + count)).toString("latin1");
          return count;
        },
      };
      const unsent = new SocketWriter().writePieced(socket, "head\r\n\r\n", pieced(text));
      if (taken < 0) expect(unsent).toBeUndefined();
      else expect(written + Buffer.concat(unsent ?? []).toString("latin1")).toBe(Buffer.from(whole).toString("latin1"));
    }
  }
});
