import { crc32 } from "node:zlib";
import {
  checkedHeaderInts,
  extentKind,
  extentWords,
  headerInt,
  layoutVersion,
  magic,
  maxExtents,
  slot as slotLayout,
} from "./layout";
import type { CrashPoint } from "./ledger";
import { metricFingerprint } from "./metric-layout";

/** The mapped file as numbers: words (Float64) and ints (Int32, atomic). Knows the header and where the extents stand. */
export class LedgerFile {
  readonly path: string;
  /** This process's owner word, see `owner.ts`. */
  readonly owner: number;
  readonly crashPoint: CrashPoint;
  private bytes: Uint8Array<ArrayBuffer>;
  private words: Float64Array<ArrayBuffer>;
  private ints: Int32Array<ArrayBuffer>;
  private seatWords: number[] = [];
  private slotWords: number[] = [];
  private knownExtents = 0;

  /** Maps an existing file. Throws when it is missing or is not a ledger of this layout. */
  constructor(path: string, owner: number, crashPoint: CrashPoint = () => {}) {
    this.path = path;
    this.owner = owner;
    this.crashPoint = crashPoint;
    this.bytes = mapFile(path);
    this.words = new Float64Array(this.bytes.buffer);
    this.ints = new Int32Array(this.bytes.buffer);
    const problem = this.headerProblem();
    if (problem !== undefined) throw new Error(`Cannot open the ledger ${path}: ${problem}`);
    this.readExtents();
  }

  read(word: number): number {
    const value = this.words[word];
    if (value === undefined)
      throw new RangeError(`Cannot read word ${word} of the ledger: it has ${this.words.length}`);
    return value;
  }

  write(word: number, value: number): void {
    this.words[word] = value;
  }

  readInt(int: number): number {
    return Atomics.load(this.ints, int);
  }

  /** An atomic store is also a barrier: no earlier store moves behind it. */
  writeInt(int: number, value: number): void {
    Atomics.store(this.ints, int, value);
  }

  compareExchangeInt(int: number, expected: number, replacement: number): number {
    return Atomics.compareExchange(this.ints, int, expected, replacement);
  }

  get wordCount(): number {
    return this.words.length;
  }

  get seatCount(): number {
    this.refresh();
    return this.seatWords.length;
  }

  get slotCount(): number {
    this.refresh();
    return this.slotWords.length * slotLayout.perExtent;
  }

  /** First word of a seat. */
  seatWord(seat: number): number {
    const word = this.seatWords[seat];
    if (word === undefined)
      throw new RangeError(`Cannot find seat ${seat} in the ledger: it has ${this.seatWords.length}`);
    return word;
  }

  /** First word of a slot, or -1 when the file has no such slot. Maps the file again when it has grown. */
  slotWord(slot: number): number {
    const extent = Math.floor(slot / slotLayout.perExtent);
    const first = this.slotWords[extent] ?? this.slotWordsAfterRefresh(extent);
    return first === undefined ? -1 : first + (slot % slotLayout.perExtent) * slotLayout.words;
  }

  /** Maps the file again if another process has grown it. */
  refresh(): void {
    if (this.readInt(headerInt.extentCount) === this.knownExtents) return;
    this.bytes = mapFile(this.path);
    this.words = new Float64Array(this.bytes.buffer);
    this.ints = new Int32Array(this.bytes.buffer);
    this.readExtents();
  }

  headerChecksum(): number {
    return crc32(this.bytes.subarray(0, checkedHeaderInts * 4)) | 0;
  }

  /** Checksum of everything from a word on. */
  contentChecksum(firstWord: number): number {
    return crc32(this.bytes.subarray(firstWord * 8)) | 0;
  }

  private slotWordsAfterRefresh(extent: number): number | undefined {
    this.refresh();
    return this.slotWords[extent];
  }

  private headerProblem(): string | undefined {
    if (this.ints[0] !== magic[0] || this.ints[1] !== magic[1]) return "it is not a ledger file";
    const version = this.readInt(headerInt.version);
    if (version !== layoutVersion) return `found layout ${version}, layout ${layoutVersion} is needed`;
    if (this.readInt(headerInt.metrics) !== metricFingerprint) return "its metric columns are of another version";
    if (this.readInt(headerInt.checksum) !== this.headerChecksum()) return "the header's checksum is wrong";
    return undefined;
  }

  private readExtents(): void {
    const count = this.readInt(headerInt.extentCount);
    if (count < 0 || count > maxExtents) throw new Error(`Cannot open the ledger ${this.path}: found ${count} extents`);
    this.seatWords = [];
    this.slotWords = [];
    for (let index = 0; index < count; index++) {
      const int = headerInt.extents + index * 4;
      const kind = this.readInt(int) === extentKind.seat ? extentKind.seat : extentKind.slots;
      const firstWord = this.read(int / 2 + 1);
      if (firstWord + extentWords[kind] > this.words.length) {
        throw new Error(`Cannot open the ledger ${this.path}: found ${this.bytes.length} bytes, its header lists more`);
      }
      if (kind === extentKind.seat) this.seatWords.push(firstWord);
      else this.slotWords.push(firstWord);
    }
    this.knownExtents = count;
  }
}

function mapFile(path: string): Uint8Array<ArrayBuffer> {
  const bytes = Bun.mmap(path, { shared: true });
  if (bytes.byteLength < 8192 || bytes.byteLength % 8 !== 0) {
    throw new Error(`Cannot open the ledger ${path}: found ${bytes.byteLength} bytes, a whole header is needed`);
  }
  return bytes;
}
