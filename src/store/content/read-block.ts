import type { StoredContent } from "#core/stored-content";
import { messageOf } from "#lib/message-of";
import { decodeBlock } from "./content-block";
import type { ContentFiles } from "./content-files";
import type { BlockPlace } from "./content-rows";

/** What is in a block, and why it cannot be read, where that is so. */
export type ReadBlock = { readonly contents: readonly StoredContent[]; readonly problem?: string };

export function readBlock(files: ContentFiles, { name, offset, length }: BlockPlace): ReadBlock {
  const block = `${files.nameOf(name)}, ${length} bytes from ${offset}`;
  try {
    const contents = decodeBlock(files.read(name, offset, length));
    return contents === undefined ? { contents: [], problem: `${block}: damaged` } : { contents };
  } catch (error) {
    return { contents: [], problem: `${block}: ${messageOf(error)}` };
  }
}
