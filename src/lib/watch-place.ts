import { statSync } from "node:fs";

/**
 * Notes which file stands at a path now; what is returned says whether it still does. False once it was deleted or replaced:
 * a process that has it open goes on with a file that no other will find. False too where there was none to begin with.
 */
export function watchPlace(path: string): () => boolean {
  const inode = inodeAt(path);
  return () => inode !== undefined && inodeAt(path) === inode;
}

function inodeAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
