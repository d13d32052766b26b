import type { RequestRecord } from "#core/record";
import { ByteWriter } from "#lib/byte-writer";
import { frameBytes, frameHeaderBytes, sealFrame } from "./frame";
import type { OpenSegment } from "./open-segment";
import { encodeRecord } from "./record-encoding";

/** Lends its buffer to one batch at a time: the bytes of the one before are gone when the next is begun. */
export function createBatches(): () => Batch {
  const writer = new ByteWriter();
  return () => new Batch(writer);
}

/** The records of one event-loop turn, laid out as the frames that they will be in the file. */
export class Batch {
  /** Settles with all of them. */
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** Start of every frame, and the end of the last. */
  private readonly starts = [0];
  private readonly payloads: number[] = [];

  constructor(private readonly writer: ByteWriter) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.written = promise;
    this.resolve = resolve;
    this.reject = reject;
  }

  size(): number {
    return this.payloads.length;
  }

  /** Lays one record out. Throws RangeError when it can never fit. */
  add(record: RequestRecord): void {
    const { writer } = this;
    const at = this.startOf(this.payloads.length);
    writer.ensure(at + frameHeaderBytes - writer.at);
    writer.at = at + frameHeaderBytes;
    encodeRecord(writer, record);
    const length = writer.at - at - frameHeaderBytes;
    const end = at + frameBytes(length);
    writer.ensure(end - writer.at);
    this.payloads.push(length);
    this.starts.push(end);
  }

  /** Numbers and seals the frames from `first` on that fit into the segment; returns the index after the last of them. */
  seal(first: number, segment: OpenSegment): number {
    const { payloads, writer } = this;
    let end = first;
    for (; end < payloads.length; end++) {
      if (segment.offset + this.startOf(end + 1) - this.startOf(first) > segment.bytes) break;
      sealFrame(writer.bytes, this.startOf(end), payloads[end] ?? 0, segment.frames + end - first, segment.seed);
    }
    return end;
  }

  /** The bytes of the frames from `first` up to, not including, `end`. */
  bytes(first: number, end: number): Buffer {
    return this.writer.bytes.subarray(this.startOf(first), this.startOf(end));
  }

  private startOf(frame: number): number {
    return this.starts[frame] ?? 0;
  }
}
