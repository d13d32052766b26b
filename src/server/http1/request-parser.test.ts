import { describe, expect, test } from "bun:test";
import { type Message, readWithLlhttp } from "#lib/http1/fixtures/llhttp";
import { seededRandom } from "../../../test/limits/seeded-random";
import { randomRequest } from "./fixtures/random-request";
import { type Progress, RequestParser } from "./request-parser";

const full = process.env.HEADGATE_TEST_FULL === "1";
const post = "POST / HTTP/1.1\r\nhost: a\r\n";

type Verdict = Pick<Message, "method" | "target" | "fields" | "body" | "isComplete"> & {
  readonly keepsAlive: boolean;
  /** The status that it is refused with. */
  readonly refusal: number | undefined;
};

function verdict(pieces: readonly Uint8Array[]): Verdict {
  let head = { method: "", target: "", fields: [""], keepsAlive: false };
  let body = "";
  const parser = new RequestParser({
    head: ({ method, target, fields, keepsAlive }) => {
      head = { method, target, fields: [...fields.entries()].flat(), keepsAlive };
    },
    data: (bytes) => {
      body += Buffer.from(bytes).toString("latin1");
    },
  });
  let progress: Progress = parser.begin();
  for (const piece of pieces) if (progress === "more") progress = parser.push(piece);
  const refusal = progress === "invalid" ? parser.refusal : undefined;
  return { ...head, body, isComplete: progress === "complete", refusal };
}

/** Whether that is refused here by intent and not by llhttp. */
function isStricter(text: string, { refusal }: Verdict): boolean {
  if (refusal !== 400) return refusal !== undefined;
  const hosts = text.match(/^host:/gim)?.length ?? 0;
  const isOld = text.includes(" HTTP/1.0\r\n");
  return (
    // One host, which HTTP/1.0 need not name.
    (hosts !== 1 && !(isOld && hosts === 0)) ||
    // HTTP/0.9, more than an empty line before a request, two blanks, bytes beyond ASCII in a target.
    /^\S+ \S+\r\n|^[\r\n]{3}|^\n|^\r[^\n]|^\S+ (?:\S+ )? |^\S+ \S*[\x80-\xff]/.test(text) ||
    // Chunks alone, and not for HTTP/1.0.
    /^transfer-encoding:(?![ \t]*chunked[ \t]*\r)/im.test(text) ||
    (isOld && /^transfer-encoding:/im.test(text)) ||
    // What the chunks of answers are refused for, too.
    /^content-length:[ \t]*\d{16}/im.test(text) ||
    /\r\n[0-9a-f]{13}|\r\n[0-9a-f]+;(?:[^a-z]|.*=\r)/i.test(text)
  );
}

function compare(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString("latin1");
  const shown = JSON.stringify(text);
  const theirs = readWithLlhttp("request", bytes);
  const ours = verdict([bytes]);
  if (ours.isComplete && theirs.isComplete) {
    const { method, target, fields, body } = theirs;
    const { keepsAlive } = ours;
    expect({ shown, ...ours }).toEqual({
      shown,
      method,
      target,
      // llhttp leaves the blanks after a value.
      fields: fields.map((each) => each.replace(/[ \t]+$/, "")),
      body,
      isComplete: true,
      keepsAlive,
      refusal: undefined,
    });
    if (theirs.problem === undefined) expect({ shown, keepsAlive }).toEqual({ shown, keepsAlive: theirs.canReuse });
  } else if (theirs.isComplete)
    expect({ shown, ours, isStricter: isStricter(text, ours) }).toMatchObject({ isStricter: true });
  // A trailer is dropped, so that it can say nothing about framing; targets are looked at by whoever routes by them.
  else if (ours.isComplete && ours.target.startsWith("/")) {
    expect({ shown, problem: theirs.problem }).toEqual({
      shown,
      problem: expect.stringMatching(/can't be present with/),
    });
  }

  // Told apart as text first, for an expectation of each takes ten times as long.
  const expected = JSON.stringify(ours);
  const cuts = Array.from(bytes, (_, cut) => [bytes.subarray(0, cut), bytes.subarray(cut)]);
  for (const pieces of [...cuts, Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
    const cut = verdict(pieces);
    if (JSON.stringify(cut) !== expected) expect({ shown, pieces, ...cut }).toEqual({ shown, pieces, ...ours });
  }
}

describe("RequestParser", () => {
  test("reads what llhttp reads, refuses what it refuses, wherever the bytes are cut", () => {
    const random = seededRandom(20261130);
    const trials = full ? 50_000 : 2000;
    for (let trial = 0; trial < trials; trial++) compare(randomRequest(random));
  }, 600_000);

  const requests: { readonly [what: string]: string } = {
    "a length": `${post}content-length: 2\r\n\r\nok`,
    "no body": "GET /a?b HTTP/1.1\r\nHost: a\r\nX-A:  b \r\nx-a: c\r\n\r\n",
    chunks: `${post}transfer-encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nx: y\r\n\r\n`,
  };
  for (const [what, text] of Object.entries(requests)) {
    test(`ends with ${what}, and keeps what follows for the next request`, () => {
      compare(Buffer.from(text));
      const bodies: string[] = [];
      const parser = new RequestParser({
        head: () => bodies.push(""),
        data: (bytes) => bodies.push((bodies.pop() ?? "") + Buffer.from(bytes).toString()),
      });
      parser.begin();
      expect(parser.push(Buffer.from(text + text + text.slice(0, 5)))).toBe("complete");
      expect(bodies.length).toBe(1);
      expect(parser.push(Buffer.from(text.slice(5)))).toBe("more");
      expect([parser.begin(), parser.begin()]).toEqual(["complete", "complete"]);
      expect(parser.begin()).toBe("more");
      expect(parser.heldBytes).toBe(0);
      expect(bodies).toEqual(Array.from({ length: 3 }, () => (what === "no body" ? "" : "ok")));
    });
  }

  const refused: readonly (readonly [what: string, text: string, status: number])[] = [
    ["a head that is too long", `${post}x: ${"y".repeat(33_000)}`, 431],
    ["too many fields", `${post}${"x: y\r\n".repeat(257)}`, 431],
    ["a method that is not known", "FOO / HTTP/1.1\r\nhost: a\r\n\r\n", 501],
    ["two blanks in its line", "GET /  HTTP/1.1\r\n", 400],
    ["another version", "GET / HTTP/2.0\r\n", 505],
    ["another expectation", `${post}expect: tea\r\n`, 417],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["a length beside chunks", `${post}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`, 400],
    ["a chunk without a size", `${post}transfer-encoding: chunked\r\n\r\nx\r\n`, 400],
  ];
  test.each(refused)("refuses %s", (_, text, status) => {
    const bytes = Buffer.from(text);
    expect(verdict([bytes]).refusal).toBe(status);
    expect(verdict([bytes.subarray(0, 3), bytes.subarray(3)]).refusal).toBe(status);
  });

  test("gives the values of a repeated field together, by names in any case", () => {
    let seen: readonly (string | null)[] = [];
    const parser = new RequestParser({
      head: ({ fields }) => {
        seen = [fields.get("x-a"), fields.get("cookie"), fields.get("x-none"), String(fields.has("host"))];
      },
      data: () => undefined,
    });
    parser.begin();
    parser.push(Buffer.from(`${post}X-A: b\r\ncookie: c\r\nx-a:\td\r\nCookie: e\r\n\r\n`));
    expect(seen).toEqual(["b, d", "c; e", null, "true"]);
  });

  test("finds a field by a name of any length, and no other that is as long or 32 characters longer", () => {
    const names = Array.from({ length: 70 }, (_, index) => "n".repeat(index + 1));
    for (const name of names) {
      const found: string[] = [];
      const parser = new RequestParser({
        head: ({ fields }) => {
          for (const asked of names) if (fields.has(asked) && fields.get(asked) === "v") found.push(asked);
          for (const asked of names) if (fields.get(`${asked.slice(1)}m`) !== null) found.push("another");
        },
        data: () => undefined,
      });
      parser.begin();
      parser.push(Buffer.from(`${post}${name}: v\r\n\r\n`));
      expect(found).toEqual([name]);
    }
  });
});
