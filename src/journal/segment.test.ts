import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameBytes, frameHeaderBytes, sealFrame } from "./frame";
import { openSegment, type SegmentRead, segmentStart } from "./segment";
import { createSegmentHeader, segmentHeaderBytes } from "./segment-header";

let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "headgate-segment-"));
  path = join(directory, "g1-w0-1.records");
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Frames of different lengths and the segment that holds them, followed by zeros as a preallocated file has. */
function segmentOf(
  payloads: readonly string[],
  zeros = 64,
): { readonly file: Buffer; readonly ends: readonly number[] } {
  const { header, bytes } = createSegmentHeader();
  const size = payloads.reduce((sum, payload) => sum + frameBytes(Buffer.byteLength(payload)), segmentHeaderBytes);
  const file = Buffer.alloc(size + zeros);
  bytes.copy(file);
  const ends: number[] = [];
  let at = segmentHeaderBytes;
  for (const [sequence, payload] of payloads.entries()) {
    const length = file.write(payload, at + frameHeaderBytes);
    sealFrame(file, at, length, sequence, header.seed);
    at += frameBytes(length);
    ends.push(at);
  }
  return { file, ends };
}

type Whole = { readonly payloads: string[]; readonly lost: number; readonly skipped: number; readonly torn: boolean };

function readAll(file: Buffer, sealed: boolean, limit = 3): Whole | undefined {
  writeFileSync(path, file);
  const reader = openSegment(path, 4096);
  if (reader === undefined) return undefined;
  const payloads: string[] = [];
  let [lost, skipped, position] = [0, 0, segmentStart];
  for (let steps = 0; steps < 1000; steps++) {
    const read: SegmentRead = reader.read(position, { sealed, limit });
    payloads.push(...read.frames.map((frame) => `${frame.sequence}:${frame.payload.toString()}`));
    lost += read.lostFrames;
    skipped += read.skippedBytes;
    position = read.position;
    if (!read.atTail) continue;
    reader.close();
    return { payloads, lost, skipped, torn: read.tornTail };
  }
  throw new Error("The reader does not come to an end");
}

const payloads = ["a", "bcdefgh", "12345678", "x".repeat(41), "ü€𝄞", "y".repeat(60), "z"];
const numbered = payloads.map((payload, index) => `${index}:${payload}`);

describe("openSegment()", () => {
  test("reads every frame back when nothing is wrong", () => {
    for (const sealed of [true, false]) {
      expect(readAll(segmentOf(payloads).file, sealed)).toEqual({
        payloads: numbered,
        lost: 0,
        skipped: 0,
        torn: false,
      });
    }
  });

  test("reads exactly the whole frames when the file is cut at any byte", () => {
    const { file, ends } = segmentOf(payloads, 24);
    for (let cut = segmentHeaderBytes; cut <= file.length; cut++) {
      const whole = ends.filter((end) => end <= cut).length;
      for (const sealed of [true, false]) {
        const read = readAll(file.subarray(0, cut), sealed);
        expect(read?.payloads).toEqual(numbered.slice(0, whole));
        expect(read?.lost).toBe(0);
      }
    }
  });

  test("reads exactly the whole frames when a write stopped at any byte of a preallocated file", () => {
    const { file, ends } = segmentOf(payloads, 24);
    for (let cut = segmentHeaderBytes; cut <= file.length; cut++) {
      const torn = Buffer.alloc(file.length);
      file.copy(torn, 0, 0, cut);
      // A frame's padding is zeros: it is whole as soon as its payload is.
      const whole = ends.filter((end) => torn.subarray(0, end).equals(file.subarray(0, end))).length;
      expect(readAll(torn, true)?.payloads).toEqual(numbered.slice(0, whole));
    }
  });

  test("loses no frame but the one that was hit, and returns no wrong one, when any bit is flipped", () => {
    const { file, ends } = segmentOf(payloads, 24);
    const end = ends.at(-1) ?? 0;
    for (let bit = segmentHeaderBytes * 8; bit < end * 8; bit++) {
      const damaged = Buffer.from(file);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const hit = ends.findIndex((frameEnd) => bit >> 3 < frameEnd);
      const read = readAll(damaged, true);
      const others = numbered.filter((_, index) => index !== hit);
      const inPadding = read?.payloads.length === numbered.length;
      expect(read?.payloads).toEqual(inPadding ? numbered : others);
      if (inPadding) continue;
      const isLast = hit === payloads.length - 1;
      expect({ lost: read?.lost, torn: read?.torn }).toEqual({ lost: isLast ? 0 : 1, torn: isLast });
    }
  });

  test("refuses a file when any bit of its header is flipped", () => {
    const { file } = segmentOf(payloads);
    for (let bit = 0; bit < 28 * 8; bit++) {
      const damaged = Buffer.from(file);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readAll(damaged, true)).toBeUndefined();
    }
  });

  test("stays before damage while the segment is not sealed", () => {
    const { file, ends } = segmentOf(payloads);
    file.fill(0xff, (ends[1] ?? 0) + 4, (ends[1] ?? 0) + 6);
    expect(readAll(file, false)?.payloads).toEqual(numbered.slice(0, 2));
    expect(readAll(file, true)).toMatchObject({ payloads: numbered.filter((_, index) => index !== 2), lost: 1 });
  });

  test("does not take a frame that a client has put in its body for one of its own", () => {
    const foreign = segmentOf(["forged"]).file.subarray(segmentHeaderBytes, -64).toString("latin1");
    const { header, bytes } = createSegmentHeader();
    const body = Buffer.from(foreign, "latin1");
    const file = Buffer.alloc(segmentHeaderBytes + frameBytes(body.length) + frameBytes(4));
    bytes.copy(file);
    body.copy(file, segmentHeaderBytes + frameHeaderBytes);
    sealFrame(file, segmentHeaderBytes, body.length, 0, header.seed);
    file.write("next", segmentHeaderBytes + frameBytes(body.length) + frameHeaderBytes);
    sealFrame(file, segmentHeaderBytes + frameBytes(body.length), 4, 1, header.seed);
    file[segmentHeaderBytes] = 0;
    expect(readAll(file, true)).toMatchObject({ payloads: ["1:next"], lost: 1 });
  });

  test("finds frames on both sides of damage that is longer than one read", () => {
    const { file, ends } = segmentOf(payloads);
    const gap = Buffer.alloc(3 << 20, 0xf5);
    const at = ends[2] ?? 0;
    const damaged = Buffer.concat([file.subarray(0, at), gap, file.subarray(at)]);
    expect(readAll(damaged, true)).toMatchObject({ payloads: numbered, skipped: gap.length });
  });
});
