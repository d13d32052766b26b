import { closeSync, fstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { JournalLog } from "./journal";
import type { OpenSegment } from "./open-segment";
import { segmentHeaderBytes } from "./segment-header";
import { unfinishedSuffix } from "./segment-name";

/** Segments whose files were deleted while they are open. Their records live in them until they are written down again. */
export type DeletedSegments = {
  /**
   * Takes those that were deleted and gives the others; undefined where all are there. Makes the directory again, and tries
   * again with those that it could not write down before.
   */
  readonly leave: (open: readonly OpenSegment[]) => readonly OpenSegment[] | undefined;
  /** Tries a last time. */
  readonly close: () => void;
};

export function createDeletedSegments(directory: string, log: JournalLog): DeletedSegments {
  const waiting: OpenSegment[] = [];
  let isFailing = false;
  const writeDown = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      try {
        writeAgain(next);
      } catch (error) {
        const { path, frames } = next;
        if (!isFailing) log.error({ error, segment: path, records: frames }, `${cannot}, trying again`);
        isFailing = true;
        return;
      }
      isFailing = false;
      waiting.shift();
      closeSync(next.fd);
    }
  };
  return {
    leave: (open) => {
      const gone = open.filter(({ fd }) => fstatSync(fd).nlink === 0);
      if (gone.length === 0) {
        writeDown();
        return undefined;
      }
      log.error({ directory }, "Journal segments were deleted while they were written to, going on in others");
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      for (const segment of gone) {
        if (segment.offset > segmentHeaderBytes) waiting.push(segment);
        else closeSync(segment.fd);
      }
      writeDown();
      return open.filter((segment) => !gone.includes(segment));
    },
    close: () => {
      writeDown();
      for (const { fd, path, frames } of waiting.splice(0)) {
        log.error({ segment: path, records: frames }, cannot);
        closeSync(fd);
      }
    },
  };
}

const cannot = "Cannot write the records of a deleted segment down again";

/** Puts the records of a deleted segment into a file of the same name; what was ingested of it is not ingested again. */
function writeAgain({ fd, path, offset }: OpenSegment): void {
  const draft = path + unfinishedSuffix;
  // Only Linux lets an open file that has no name any more be read by its descriptor's.
  const bytes = readFileSync(`/proc/self/fd/${fd}`).subarray(0, offset);
  try {
    writeFileSync(draft, bytes, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
