/** So much is gathered before it is packed: events of a stream say nearly the same, and shrink to a thirteenth. */
const blockBytes = 8192;
const firstBlockBytes = 1024;
/** What packing has to gain to be worth it: no image or sound gives so much. */
const worthwhile = 7 / 8;
/** The fastest, which of events leaves as little as the next ones. */
const level = { level: 1 } as const;

/** Blocks that were given back, for the next streams: memory that is fresh costs a page fault for every second one. */
export class BlockPool {
  private readonly blocks: Uint8Array[] = [];

  take(): Uint8Array {
    return this.blocks.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  }

  give(block: Uint8Array): void {
    if (this.blocks.length < mostPooled) this.blocks.push(block);
  }
}

const mostPooled = 64;

type Block = { readonly bytes: Uint8Array; readonly isCompressed: boolean };

/** How long what is added to will be kept. */
export type Keeping = {
  /** Whether it has been kept for long enough already to be packed: asked with each block that is full. */
  readonly isLong: () => boolean;
  /** Called once, when the first block is packed: the same may be done with what is kept beside it. */
  readonly packs: () => void;
};

/**
 * The first bytes of what is added, kept in little room for as long as a stream lasts. What comes in one piece is kept as it
 * is; several are copied into blocks, for a view of what was read takes three times its bytes. Of what is kept for long the
 * blocks are compressed (14 µs each, 0.3 an event).
 */
export class PackedBytes {
  private readonly blocks: Block[] = [];
  private compressedBlocks = 0;
  private length = 0;
  private only: Uint8Array | undefined = undefined;
  private block: Uint8Array | undefined = undefined;
  private blockUsed = 0;

  constructor(
    private readonly limitBytes: number,
    private readonly keeping: Keeping,
    private readonly pool: BlockPool,
  ) {}

  /** Adds the bytes of a piece from there to there, which are kept as they are where they are the first and all of it. */
  add(piece: Uint8Array, from = 0, to = piece.length): void {
    const end = Math.min(to, from + this.limitBytes - this.length);
    if (end <= from) return;
    const isFirst = this.length === 0;
    this.length += end - from;
    if (isFirst) {
      this.only = end - from === piece.length ? piece : Uint8Array.prototype.slice.call(piece, from, end);
      return;
    }
    if (this.only !== undefined) this.copy(this.only, 0, this.only.length);
    this.only = undefined;
    this.copy(piece, from, end);
  }

  /** All of it, in one piece, at its end: nothing may be added any more, and it is given once. */
  take(): Uint8Array {
    const { block, blocks, blockUsed, length, only, pool } = this;
    if (only !== undefined) return only;
    const open = block?.subarray(0, blockUsed);
    if (open !== undefined && blocks.length === 0) return open;
    const all = new Uint8Array(length);
    for (const [index, { bytes, isCompressed }] of blocks.entries()) {
      all.set(isCompressed ? Bun.zstdDecompressSync(bytes) : bytes, index * blockBytes);
      if (!isCompressed) pool.give(bytes);
    }
    if (open !== undefined) all.set(open, blocks.length * blockBytes);
    if (block?.length === blockBytes) pool.give(block);
    return all;
  }

  private copy(piece: Uint8Array, from: number, end: number): void {
    for (let at = from; at < end; ) {
      const block = this.blockFor(end - at);
      const fits = Math.min(end - at, block.length - this.blockUsed);
      // Without a view, which costs more than what it shows.
      Buffer.prototype.copy.call(piece, block, this.blockUsed, at, at + fits);
      at += fits;
      this.blockUsed += fits;
      if (this.blockUsed === blockBytes) this.finish(block);
    }
  }

  /** The block, made larger where it is too small: most streams are short. */
  private blockFor(bytes: number): Uint8Array {
    const { block, blockUsed } = this;
    if (block !== undefined && (block.length === blockBytes || block.length - blockUsed >= bytes)) return block;
    const isShort = blockUsed + bytes <= firstBlockBytes;
    const larger = isShort ? Buffer.allocUnsafeSlow(firstBlockBytes) : this.pool.take();
    if (block !== undefined) larger.set(block.subarray(0, blockUsed));
    this.block = larger;
    return larger;
  }

  private finish(block: Uint8Array): void {
    this.blocks.push({ bytes: block, isCompressed: false });
    this.block = undefined;
    this.blockUsed = 0;
    if (!this.keeping.isLong()) return;
    if (this.compressedBlocks === 0) this.keeping.packs();
    for (; this.compressedBlocks < this.blocks.length; this.compressedBlocks++) this.compress(this.compressedBlocks);
    // Filled anew where nothing refers to it any more.
    if (this.blocks.at(-1)?.isCompressed === true) this.block = block;
  }

  private compress(index: number): void {
    const plain = this.blocks[index]?.bytes;
    if (plain === undefined) return;
    const bytes = Bun.zstdCompressSync(plain, level);
    if (bytes.length < plain.length * worthwhile) this.blocks[index] = { bytes, isCompressed: true };
  }
}

/** Copied where they are cut: a view would keep all of the buffer alive, which no budget counts any more. */
export function firstBytes(bytes: Uint8Array, limitBytes: number): Uint8Array {
  return bytes.length > limitBytes ? new Uint8Array(bytes.subarray(0, limitBytes)) : bytes;
}

/** Bytes that are compressed in the background once `pack` says that they are kept for long. */
export class PackableBytes {
  private readonly length: number;
  private isCompressed = false;

  constructor(private kept: Uint8Array) {
    this.length = kept.length;
  }

  /** Never rejects: where they cannot be compressed they stay as they are. */
  async pack(): Promise<void> {
    if (this.length < minPackableBytes) return;
    const compressed = await Bun.zstdCompress(this.kept, level).catch(() => undefined);
    if (compressed === undefined || compressed.length >= this.length * worthwhile) return;
    this.kept = compressed;
    this.isCompressed = true;
  }

  bytes(): Uint8Array {
    return this.isCompressed ? Bun.zstdDecompressSync(this.kept) : this.kept;
  }
}

/** Fewer are not worth a job in the background. */
const minPackableBytes = 2048;
