import type { StoredContent } from "#core/stored-content";
import { createBlockEncoder, textBytes } from "./content-block";
import type { ContentFiles } from "./content-files";
import type { ContentRows } from "./content-rows";
import { dayOf } from "./content-spans";

/** Compresses well and is unpacked in half a millisecond, which is what showing one body takes. */
const blockBytes = 128 << 10;

/** A block that stands nowhere yet. */
export type NewBlock = { readonly day: number; readonly ids: readonly string[]; readonly bytes: Buffer };

/** Makes blocks of requests that started on the same day, in the order in which they came. */
export function createNewBlocks(): (contents: readonly StoredContent[]) => readonly NewBlock[] {
  const encode = createBlockEncoder();
  return (contents) =>
    parts(contents).map((part) => ({
      day: part.day,
      ids: part.contents.map(({ id }) => id),
      bytes: encode(part.contents),
    }));
}

type Part = { readonly day: number; readonly contents: StoredContent[]; bytes: number };

function parts(contents: readonly StoredContent[]): readonly Part[] {
  const all: Part[] = [];
  const open = new Map<number, Part>();
  for (const content of contents) {
    const day = dayOf(content.id);
    let part = open.get(day);
    if (part === undefined || part.bytes >= blockBytes) {
      part = { day, contents: [], bytes: 0 };
      open.set(day, part);
      all.push(part);
    }
    part.contents.push(content);
    part.bytes += textBytes(content);
  }
  return all;
}

/** Within a transaction that holds the write lock. On disk when it returns; kept when that is committed. */
export function writeBlocks(blocks: readonly NewBlock[], rows: ContentRows, files: ContentFiles): void {
  for (const [day, ofDay] of Map.groupBy(blocks, (block) => block.day)) {
    const bytes = Buffer.concat(ofDay.map((block) => block.bytes));
    let file = rows.fileOf(day);
    while (!files.append(file.name, file.length, bytes)) file = rows.addFile(day);
    let offset = file.length;
    for (const block of ofDay) {
      rows.add(block.ids, { file: file.id, offset, length: block.bytes.length });
      offset += block.bytes.length;
    }
    rows.setLength(file, offset);
  }
}
