import { crc32 } from "node:zlib";
import { firstWindowSlot, slotKindOf } from "#core/slot-ref";
import {
  checkedHeaderInts,
  type ExtentKind,
  extentKind,
  extentWords,
  firstExtentWord,
  headerInt,
  layoutVersion,
  magic,
  maxExtents,
  periodSlot,
  slot as slotLayout,
  windowSlot,
} from "./layout";
import type { CrashPoint } from "./ledger";

type LedgerHooks = {
  readonly crashPoint?: CrashPoint;
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number;
};

/** The mapped file as numbers: words (Float64) and ints (Int32, atomic). Knows the header and the places of the extents. */
export class LedgerFile {
  readonly path: string;
  /** This process's owner word, see `owner.ts`. */
  readonly owner: number;
  readonly crashPoint: CrashPoint;
  readonly nowMs: () => number;
  private bytes: Uint8Array<ArrayBuffer>;
  private words: Float64Array<ArrayBuffer>;
  private ints: Int32Array<ArrayBuffer>;
  /** First words of the extents of each kind. */
  private extents = noExtents();
  private knownExtents = 0;

  /** Maps an existing file. Throws when it is missing or is not a ledger of this layout. */
  constructor(path: string, owner: number, { crashPoint = () => {}, nowMs = Date.now }: LedgerHooks = {}) {
    this.path = path;
    this.owner = owner;
    this.crashPoint = crashPoint;
    this.nowMs = nowMs;
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

  /** Of words that follow each other. */
  sum(firstWord: number, count: number): number {
    const { words } = this;
    let sum = 0;
    for (let word = firstWord; word < firstWord + count; word++) sum += words[word] ?? 0;
    return sum;
  }

  readInt(int: number): number {
    return Atomics.load(this.ints, int);
  }

  /** An atomic store is also a barrier: no earlier store moves behind it. */
  writeInt(int: number, value: number): void {
    Atomics.store(this.ints, int, value);
  }

  /** A word as two ints, of a row that no other process reads now: not atomic, and so three times as fast. */
  writePair(word: number, first: number, second: number): void {
    this.ints[word * 2] = first;
    this.ints[word * 2 + 1] = second;
  }

  readPairFirst(word: number): number {
    return this.ints[word * 2] ?? 0;
  }

  readPairSecond(word: number): number {
    return this.ints[word * 2 + 1] ?? 0;
  }

  compareExchangeInt(int: number, expected: number, replacement: number): number {
    return Atomics.compareExchange(this.ints, int, expected, replacement);
  }

  addInt(int: number, amount: number): void {
    Atomics.add(this.ints, int, amount);
  }

  get wordCount(): number {
    return this.words.length;
  }

  get areaCount(): number {
    this.refresh();
    return this.extents[extentKind.workerArea].length;
  }

  /** Period slots; they are numbered from 0. */
  get slotCount(): number {
    this.refresh();
    return this.extents[extentKind.slots].length * slotLayout.perExtent;
  }

  /** Window slots; they are numbered from `firstWindowSlot`. */
  get windowCount(): number {
    this.refresh();
    return this.extents[extentKind.windows].length * slotLayout.perExtent;
  }

  /** First word of a worker area. */
  areaWord(area: number): number {
    const word = this.extents[extentKind.workerArea][area];
    if (word === undefined) throw new RangeError(`Cannot find area ${area} in the ledger: it has ${this.areaCount}`);
    return word;
  }

  /** First word of a slot, or -1 when the file has no such slot. Maps the file again when it has grown. */
  slotWord(slot: number): number {
    return slotKindOf(slot) === "period"
      ? this.placeOf(slot, extentKind.slots, periodSlot.words)
      : this.placeOf(slot - firstWindowSlot, extentKind.windows, windowSlot.words);
  }

  /** First word of the health rows. */
  healthWord(): number {
    const word = this.extents[extentKind.health][0];
    if (word === undefined) throw new Error(`Cannot use the ledger ${this.path}: it has no health rows`);
    return word;
  }

  writeBytes(word: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, word * 8);
  }

  /** A copy. */
  readBytes(word: number, length: number): Uint8Array {
    return this.bytes.slice(word * 8, word * 8 + length);
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

  private placeOf(index: number, kind: ExtentKind, words: number): number {
    const extent = Math.floor(index / slotLayout.perExtent);
    const first = this.extents[kind][extent] ?? this.extentAfterRefresh(kind, extent);
    return first === undefined ? -1 : first + (index % slotLayout.perExtent) * words;
  }

  private extentAfterRefresh(kind: ExtentKind, extent: number): number | undefined {
    this.refresh();
    return this.extents[kind][extent];
  }

  private headerProblem(): string | undefined {
    if (this.ints[0] !== magic[0] || this.ints[1] !== magic[1]) return "it is not a ledger file";
    const version = this.readInt(headerInt.version);
    if (version !== layoutVersion) return `found layout ${version}, layout ${layoutVersion} is needed`;
    if (this.readInt(headerInt.checksum) !== this.headerChecksum()) return "the header's checksum is wrong";
    return undefined;
  }

  private readExtents(): void {
    const count = this.readInt(headerInt.extentCount);
    if (count < 0 || count > maxExtents) throw new Error(`Cannot open the ledger ${this.path}: found ${count} extents`);
    const extents = noExtents();
    let end: number = firstExtentWord;
    for (let index = 0; index < count; index++) {
      const int = headerInt.extents + index * 4;
      const kind = kindOf(this.readInt(int));
      // As an int32: places that came as doubles made every access to the file a slow one.
      const firstWord = this.read(int / 2 + 1) | 0;
      if (firstWord !== end) {
        throw new Error(`Cannot open the ledger ${this.path}: extent ${index} begins at ${firstWord}, expected ${end}`);
      }
      end += extentWords[kind];
      if (end > this.words.length) {
        throw new Error(`Cannot open the ledger ${this.path}: found ${this.bytes.length} bytes, its header lists more`);
      }
      extents[kind].push(firstWord);
    }
    this.extents = extents;
    this.knownExtents = count;
  }
}

/** The kind that a number in the extent table means. */
export function kindOf(value: number): ExtentKind {
  const kind = Object.values(extentKind).find((known) => known === value);
  if (kind === undefined) throw new Error(`Cannot use the ledger: found an extent of kind ${value}`);
  return kind;
}

function noExtents(): { readonly [kind in ExtentKind]: number[] } {
  return { [extentKind.workerArea]: [], [extentKind.slots]: [], [extentKind.windows]: [], [extentKind.health]: [] };
}

function mapFile(path: string): Uint8Array<ArrayBuffer> {
  const bytes = Bun.mmap(path, { shared: true });
  if (bytes.byteLength < firstExtentWord * 8 || bytes.byteLength % 8 !== 0) {
    throw new Error(`Cannot open the ledger ${path}: found ${bytes.byteLength} bytes, a whole header is needed`);
  }
  return bytes;
}
