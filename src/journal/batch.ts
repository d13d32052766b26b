import type { RequestRecord } from "#core/record";
import { ByteWriter } from "#lib/byte-writer";
import { frameBytes, frameHeaderBytes, sealFrame } from "./frame";
import { encodeRecord } from "./record-encoding";
import type { OpenSegment } from "./segment-pool";

/** The records of one event-loop turn, laid out as the frames that they will be in the file. */
export type Batch = {
  /** Settles with all of them. */
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly size: () => number;
  /** Lays one record out. Throws RangeError when it can never fit. */
  readonly add: (record: RequestRecord) => void;
  /** Numbers and seals the frames from `first` on that fit into the segment; returns the index after the last of them. */
  readonly seal: (first: number, segment: OpenSegment) => number;
  /** The bytes of the frames from `first` up to, not including, `end`. */
  readonly bytes: (first: number, end: number) => Buffer;
};

/** Lends its buffer to one batch at a time: the bytes of the one before are gone when the next is begun. */
export function createBatches(): () => Batch {
  const writer = new ByteWriter();
  return () => {
    /** Start of every frame, and the end of the last. */
    const starts = [0];
    const payloads: number[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const startOf = (frame: number) => starts[frame] ?? 0;
    return {
      written: promise,
      resolve,
      reject,
      size: () => payloads.length,
      add: (record) => {
        const at = startOf(payloads.length);
        writer.ensure(at + frameHeaderBytes - writer.at);
        writer.at = at + frameHeaderBytes;
        encodeRecord(writer, record);
        const length = writer.at - at - frameHeaderBytes;
        const end = at + frameBytes(length);
        writer.ensure(end - writer.at);
        payloads.push(length);
        starts.push(end);
      },
      seal: (first, segment) => {
        let end = first;
        for (; end < payloads.length; end++) {
          if (segment.offset + startOf(end + 1) - startOf(first) > segment.bytes) break;
          sealFrame(writer.bytes, startOf(end), payloads[end] ?? 0, segment.frames + end - first, segment.seed);
        }
        return end;
      },
      bytes: (first, end) => writer.bytes.subarray(startOf(first), startOf(end)),
    };
  };
}
