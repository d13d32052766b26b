import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import type { RequestRecord } from "#core/record";
import { type StartTimer, startTimer } from "#lib/timer";
import { appendInterrupted, placeSegment } from "./interrupted";
import type { JournalLog } from "./journal";

/** Segments written on behalf of dead workers, which have no other copy: one that is deleted before it is ingested is put back. */
export type InterruptedSegments = {
  /** See `appendInterrupted`. */
  readonly append: (generation: number, records: readonly RequestRecord[]) => void;
  /** Looks a last time. */
  readonly close: () => void;
};

/** By its path, and open, so that its bytes outlive its name. */
type Watched = { readonly path: string; readonly fd: number };

const lookMs = 500;
/** Beyond that the oldest are looked after no more. */
const most = 100;

export function createInterruptedSegments(
  directory: string,
  log: Pick<JournalLog, "error">,
  start: StartTimer = startTimer,
): InterruptedSegments {
  const watched = new Set<Watched>();
  let stopTimer: (() => void) | undefined;
  const drop = (one: Watched): void => {
    watched.delete(one);
    closeSync(one.fd);
  };
  const look = (): void => {
    stopTimer?.();
    stopTimer = undefined;
    try {
      for (const one of watched) {
        if (fstatSync(one.fd).nlink > 0) continue;
        putBack(directory, one);
        // Once: ingestion of a version before does not empty what it has done.
        drop(one);
      }
    } catch (error) {
      log.error({ err: error }, "Cannot write the records of a deleted segment down again, trying again");
    }
    if (watched.size > 0) stopTimer = start(look, lookMs);
  };
  return {
    append: (generation, records) => {
      const path = appendInterrupted(directory, generation, records);
      if (path === undefined) return;
      watched.add({ path, fd: openSync(path, "r") });
      for (const oldest of [...watched].slice(0, -most)) drop(oldest);
      stopTimer ??= start(look, lookMs);
    },
    close: () => {
      look();
      stopTimer?.();
      for (const one of watched) drop(one);
    },
  };
}

/** Ingestion empties what it has done before it removes it. Only Linux lets a file without a name be read. */
function putBack(directory: string, { path, fd }: Watched): void {
  if (fstatSync(fd).size === 0) return;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  placeSegment(directory, path, readFileSync(`/proc/self/fd/${fd}`));
}
