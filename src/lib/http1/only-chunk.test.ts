import { expect, test } from "bun:test";
import { seededRandom } from "../../../test/limits/seeded-random";
import { ChunkedBody } from "./chunked-body";
import { dataOfOnlyChunk } from "./only-chunk";

const of = (text: string) => dataOfOnlyChunk(Buffer.from(text, "latin1"));

test("dataOfOnlyChunk() finds the data of one whole chunk, and of nothing else", () => {
  expect(of("3\r\none\r\n")).toBe(3);
  expect(of("0000003\r\none\r\n")).toBe(9);
  expect(of(`Af\r\n${"x".repeat(0xaf)}\r\n`)).toBe(4);
  for (const text of [
    "",
    "3",
    "3\r\n",
    "3\r\none",
    "3\r\none\r",
    "3\r\none\r\n0\r\n\r\n",
    "3\r\nlonger\r\n",
    "3\none\n",
    "3;a=b\r\none\r\n",
    "00000003\r\none\r\n",
    "0\r\n\r\n",
    "\r\none\r\n",
    "g\r\none\r\n",
    " 3\r\none\r\n",
  ])
    expect([text, of(text)]).toEqual([text, -1]);
});

test("dataOfOnlyChunk() agrees with the parser of the coding, whatever comes", () => {
  const random = seededRandom(5);
  const ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n\r\n", ";a=b\r\n"] as const;
  let found = 0;
  for (let round = 0; round < 20_000; round++) {
    const data = "a\r\nb".repeat(random.whole(0, 40));
    const size = (data.length + (random.next() < 0.9 ? 0 : random.whole(-1, 1))).toString(16);
    const text = `${random.oneOf(["", "0", " "])}${size}${random.oneOf(ends)}${data}${random.oneOf(ends)}`;
    const bytes = Buffer.from(text.slice(0, random.next() < 0.9 ? text.length : random.whole(0, text.length)));
    const from = dataOfOnlyChunk(bytes);
    if (from < 0) continue;
    found++;
    const pieces: Uint8Array[] = [];
    const parser = new ChunkedBody({ data: (piece) => pieces.push(piece) });
    parser.begin();
    expect(parser.read(bytes, 0)).toBe(bytes.length);
    expect(parser.isBetween).toBe(true);
    expect(Buffer.concat(pieces).equals(bytes.subarray(from, -2))).toBe(true);
  }
  expect(found).toBeGreaterThan(2000);
});
