import type { StoredContent } from "#core/stored-content";
import { encodeBlock, textBytes } from "./content-block";
import type { ContentFiles } from "./content-files";
import type { ContentRows } from "./content-rows";
import { dayOf } from "./content-spans";

/** Compresses well and is unpacked in half a millisecond, which is what showing one body takes. */
const blockBytes = 128 << 10;

/** A block that stands nowhere yet. */
export type NewBlock = { readonly day: number; readonly ids: readonly string[]; readonly bytes: Buffer };

/** Blocks of requests that started on the same day, in the order in which they came. */
export function newBlocks(contents: readonly StoredContent[]): readonly NewBlock[] {
  const days = Map.groupBy(contents, ({ id }) => dayOf(id));
  return Array.from(days, ([day, ofDay]) => inBlocks(ofDay).map((some) => newBlock(day, some))).flat();
}

function newBlock(day: number, contents: readonly StoredContent[]): NewBlock {
  return { day, ids: contents.map(({ id }) => id), bytes: encodeBlock(contents) };
}

function inBlocks(contents: readonly StoredContent[]): readonly (readonly StoredContent[])[] {
  const blocks: StoredContent[][] = [];
  let bytes = blockBytes;
  for (const content of contents) {
    if (bytes >= blockBytes) {
      blocks.push([]);
      bytes = 0;
    }
    blocks.at(-1)?.push(content);
    bytes += textBytes(content);
  }
  return blocks;
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
