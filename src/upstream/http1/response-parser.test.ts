import { describe, expect, test } from "bun:test";
import { readWithLlhttp } from "#lib/http1/fixtures/llhttp";
import { seededRandom } from "../../../test/limits/seeded-random";
import { randomAnswer } from "./fixtures/random-answer";
import { type Progress, ResponseParser } from "./response-parser";

const full = process.env.HEADGATE_TEST_FULL === "1";
const ok = "HTTP/1.1 200 OK\r\n";

type Verdict = Pick<ReturnType<typeof readWithLlhttp>, "status" | "body" | "isComplete" | "canReuse" | "problem">;

function verdict(pieces: readonly Uint8Array[]): Verdict {
  let status = 0;
  let body = "";
  const parser = new ResponseParser({
    head: (head) => {
      status = head.status;
    },
    data: (bytes) => {
      body += Buffer.from(bytes).toString("latin1");
    },
  });
  parser.begin();
  let progress: Progress = "more";
  let isRest = false;
  for (const piece of pieces) {
    if (progress === "complete" && piece.length > 0) isRest = true;
    if (progress === "more") progress = parser.push(piece);
  }
  if (progress === "more") progress = parser.close();
  const isComplete = progress === "complete";
  const problem = progress === "invalid" ? parser.problem : undefined;
  return { status, body, isComplete, canReuse: isComplete && parser.canReuse && !isRest, problem };
}

/** What is refused here and not by llhttp, by our reason. */
const stricter: { readonly [problem: string]: string } = {
  "its status line is none":
    "HTTP/0.9 and 2.0, a status under 100, a line break before it, control characters in its reason",
  "it switches protocols": "nothing here asks for another protocol",
  "its transfer coding is not chunked alone":
    "a coding beside chunked, which we did not ask for and could not take off",
  "a chunk is too large": "sizes of more than 12 digits, leading zeros counted",
  "a chunk's extension is none": "an extension without a name, or with an empty value",
  "it has too many fields": "more than 256",
  "its length is too large": "lengths of more than 15 digits",
};

/** What llhttp refuses and we do not, by its reason: a trailer is dropped, so that it can say nothing about framing. */
const laxer: { readonly [problem: string]: string } = {
  "Content-Length can't be present with Transfer-Encoding": "content-length as a trailer",
  "Transfer-Encoding can't be present with Content-Length": "transfer-encoding as a trailer",
};

function compare(bytes: Uint8Array): void {
  const shown = JSON.stringify(Buffer.from(bytes).toString("latin1"));
  const theirs = readWithLlhttp("answer", bytes);
  const ours = verdict([bytes]);
  if (ours.isComplete && theirs.isComplete) {
    expect({ shown, status: ours.status, body: ours.body }).toEqual({
      shown,
      status: theirs.status,
      body: theirs.body,
    });
    if (ours.canReuse) expect({ shown, canReuse: theirs.canReuse }).toEqual({ shown, canReuse: true });
  } else if (theirs.isComplete)
    expect({ shown, why: stricter[ours.problem ?? ""] }).not.toEqual({ shown, why: undefined });
  else if (ours.isComplete) expect({ shown, why: laxer[theirs.problem ?? ""] }).not.toEqual({ shown, why: undefined });

  // Told apart as text first, for an expectation of each takes ten times as long.
  const expected = JSON.stringify(ours);
  const cuts = Array.from(bytes, (_, cut) => [bytes.subarray(0, cut), bytes.subarray(cut)]);
  for (const pieces of [...cuts, Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
    const cut = verdict(pieces);
    if (JSON.stringify(cut) !== expected) expect({ shown, pieces, ...cut }).toEqual({ shown, pieces, ...ours });
  }
}

describe("ResponseParser", () => {
  test(`reads what llhttp reads, refuses what it refuses, wherever the bytes are cut`, () => {
    const random = seededRandom(20261129);
    const trials = full ? 50_000 : 2000;
    for (let trial = 0; trial < trials; trial++) compare(randomAnswer(random));
  }, 600_000);

  const answers: { readonly [what: string]: string } = {
    "a length": `${ok}content-length: 2\r\n\r\nok`,
    "no body": "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n",
    chunks: `${ok}transfer-encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nx: y\r\n\r\n`,
    "interim answers": `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${ok}content-length: 2\r\n\r\nok`,
  };
  for (const [what, text] of Object.entries(answers)) {
    test(`ends with ${what}, and lets the connection be used again`, () => {
      const bytes = Buffer.from(text);
      compare(bytes);
      expect(verdict([bytes])).toMatchObject({ isComplete: true, canReuse: true });
    });
  }

  const single: { readonly [what: string]: string } = {
    "bytes after the answer": `${ok}content-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n`,
    "bytes after the last chunk": `${ok}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nx`,
    "connection: close": `${ok}connection: x, Close\r\ncontent-length: 2\r\n\r\nok`,
    "HTTP/1.0": "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
    "no length": `${ok}\r\nok`,
  };
  for (const [what, text] of Object.entries(single)) {
    test(`does not let the connection be used again after ${what}`, () => {
      const bytes = Buffer.from(text);
      compare(bytes);
      expect(verdict([bytes])).toMatchObject({ body: "ok", isComplete: true, canReuse: false });
    });
  }

  const bounded: { readonly [problem: string]: string } = {
    "its head is too long": `${ok}x: ${"y".repeat(65_536)}`,
    "it has too many fields": `${ok}${"x: y\r\n".repeat(257)}`,
    "it has too many interim answers": "HTTP/1.1 100 Continue\r\n\r\n".repeat(17),
    "a chunk's extension is too long": `${ok}transfer-encoding: chunked\r\n\r\n1;a=${"b".repeat(4096)}`,
    "its trailers are too long": `${ok}transfer-encoding: chunked\r\n\r\n0\r\n${"x: y\r\n".repeat(3000)}`,
  };
  for (const [problem, text] of Object.entries(bounded)) {
    test(`refuses an answer without an end: ${problem}`, () => {
      const bytes = Buffer.from(text);
      expect(verdict([bytes]).problem).toBe(problem);
      expect(verdict([bytes.subarray(0, 20), bytes.subarray(20)]).problem).toBe(problem);
    });
  }

  test("reads one answer after the other, and keeps no read alive for a small body", () => {
    const given: Uint8Array[] = [];
    const parser = new ResponseParser({ head: () => undefined, data: (bytes) => given.push(bytes) });
    for (const text of Object.values(answers)) {
      const bytes = Buffer.from(text);
      parser.begin();
      expect(parser.push(bytes)).toBe("complete");
      expect(given.some(({ buffer }) => buffer === bytes.buffer)).toBe(false);
      given.length = 0;
    }
  });

  test("passes large bodies on without a copy", () => {
    const given: Uint8Array[] = [];
    const parser = new ResponseParser({ head: () => undefined, data: (bytes) => given.push(bytes) });
    const large = "a".repeat(100_000);
    const chunk = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;
    for (const rest of [
      `content-length: ${large.length}\r\n\r\n${large}`,
      `transfer-encoding: chunked\r\n\r\n${chunk}`,
    ]) {
      const bytes = Buffer.from(ok + rest);
      parser.begin();
      expect(parser.push(bytes)).toBe("complete");
      expect(given.map(({ buffer, length }) => ({ length, isView: buffer === bytes.buffer }))).toEqual([
        { length: large.length, isView: true },
      ]);
      given.length = 0;
    }
  });

  test("gives nothing more once it is stopped in the middle of what it was given", () => {
    const bytes = Buffer.from(`${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n`);
    let given = "";
    const parser = new ResponseParser({
      head: () => undefined,
      data: (piece) => {
        given += Buffer.from(piece).toString();
        parser.stop();
      },
    });
    parser.begin();
    expect(parser.push(bytes)).toBe("more");
    expect(given).toBe("a");
  });
});
