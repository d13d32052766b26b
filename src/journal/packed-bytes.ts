/** So much is gathered before it is packed: events of a stream say nearly the same, and shrink to a thirteenth. */
const blockBytes = 8192;
const firstBlockBytes = 1024;
/** What packing has to gain to be worth it: no image or sound gives so much. */
const worthwhile = 7 / 8;
/** The fastest, which of events leaves as little as the next ones. */
const level = { level: 1 } as const;

type Packed = { readonly bytes: Uint8Array; readonly isCompressed: boolean };

/**
 * The first bytes of what is added, kept in little room for as long as a stream lasts. What comes in one piece is kept as it
 * is; several are copied into a block, for a view of what was read takes three times its bytes, and a block that is full is
 * compressed (14 µs, 0.5 an event).
 */
export class PackedBytes {
  private readonly packed: Packed[] = [];
  private length = 0;
  private only: Uint8Array | undefined = undefined;
  private block: Uint8Array | undefined = undefined;
  private blockUsed = 0;

  /** @param onLong Called once, when the first block is full: what is kept may have to be kept for long. */
  constructor(
    private readonly limitBytes: number,
    private readonly onLong: () => void,
  ) {}

  add(piece: Uint8Array): void {
    const part = firstBytes(piece, this.limitBytes - this.length);
    if (part.length === 0) return;
    const isFirst = this.length === 0;
    this.length += part.length;
    if (isFirst) {
      this.only = part;
      return;
    }
    if (this.only !== undefined) this.copy(this.only);
    this.only = undefined;
    this.copy(part);
  }

  /** All of it, in one piece. */
  bytes(): Uint8Array {
    if (this.only !== undefined) return this.only;
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const { bytes, isCompressed } of this.packed) {
      const plain = isCompressed ? Bun.zstdDecompressSync(bytes) : bytes;
      all.set(plain, at);
      at += plain.length;
    }
    if (this.block !== undefined) all.set(this.block.subarray(0, this.blockUsed), at);
    return all;
  }

  private copy(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      const block = this.blockFor(rest.length);
      const fits = Math.min(rest.length, block.length - this.blockUsed);
      block.set(fits === rest.length ? rest : rest.subarray(0, fits), this.blockUsed);
      this.blockUsed += fits;
      if (this.blockUsed === blockBytes) this.pack(block);
      rest = rest.subarray(fits);
    }
  }

  /** The block, made larger where it is too small and may grow: most streams are short. */
  private blockFor(bytes: number): Uint8Array {
    const { block, blockUsed } = this;
    if (block !== undefined && (block.length === blockBytes || block.length - blockUsed >= bytes)) return block;
    const wanted = Math.max(firstBlockBytes, 2 * (block?.length ?? 0), blockUsed + bytes);
    const larger = Buffer.allocUnsafeSlow(Math.min(wanted, blockBytes));
    if (block !== undefined) larger.set(block.subarray(0, blockUsed));
    this.block = larger;
    return larger;
  }

  private pack(block: Uint8Array): void {
    if (this.packed.length === 0) this.onLong();
    const bytes = Bun.zstdCompressSync(block, level);
    const isCompressed = bytes.length < block.length * worthwhile;
    this.packed.push({ bytes: isCompressed ? bytes : block, isCompressed });
    if (!isCompressed) this.block = undefined;
    this.blockUsed = 0;
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
