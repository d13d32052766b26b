import { contentPayloadBytes, writeContent } from "./content-frame";
import { frameBytes, frameHeaderBytes, sealFrame } from "./frame";
import type { Content } from "./journal";

/** What is written at once, unless one pair of bodies alone takes more. */
const batchBytes = 1 << 20;
/** One is written while the next is filled. */
const mostKept = 2;

/**
 * Bodies that wait to be written, laid out as the frames that they will be in the file. At once, for then they are in the
 * processor's caches; and what the bodies stood in is garbage with its request, in place of being kept until it is written.
 */
export class ContentBatch {
  /** Together, as the queue counts them. */
  payloadBytes = 0;
  /** Of each payload. */
  private readonly lengths: number[] = [];
  private end = 0;

  constructor(
    readonly room: Buffer,
    private readonly maxBodyBytes: number,
  ) {}

  get size(): number {
    return this.lengths.length;
  }

  hasRoomFor(payloadBytes: number): boolean {
    return this.end + frameBytes(payloadBytes) <= this.room.length;
  }

  /** There must be room. */
  add(id: string, content: Content): void {
    const payloadBytes = contentPayloadBytes(content, this.maxBodyBytes);
    writeContent(this.room, this.end + frameHeaderBytes, id, content, this.maxBodyBytes);
    this.lengths.push(payloadBytes);
    this.end += frameBytes(payloadBytes);
    this.payloadBytes += payloadBytes;
  }

  /** Its bytes for a file in which its first frame has the number `first`. */
  seal(first: number, seed: number): Buffer {
    let at = 0;
    for (let index = 0; index < this.lengths.length; index++) {
      const payloadBytes = this.lengths[index] ?? 0;
      sealFrame(this.room, at, payloadBytes, first + index, seed);
      at += frameBytes(payloadBytes);
    }
    return this.room.subarray(0, at);
  }
}

/** Memory that batches are laid out in: what is fresh would be a page fault for every other request. */
export class ContentRooms {
  private readonly kept: Buffer[] = [];

  constructor(private readonly maxBodyBytes: number) {}

  /** A batch with room for that, and usually more. */
  begin(payloadBytes: number): ContentBatch {
    const bytes = Math.max(batchBytes, frameBytes(payloadBytes));
    const room = bytes > batchBytes ? undefined : this.kept.pop();
    return new ContentBatch(room ?? Buffer.allocUnsafeSlow(bytes), this.maxBodyBytes);
  }

  /** Nothing reads it any more. */
  end({ room }: ContentBatch): void {
    if (room.length === batchBytes && this.kept.length < mostKept) this.kept.push(room);
  }
}
