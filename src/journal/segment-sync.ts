import { closeSync, fdatasync } from "node:fs";
import { promisify } from "node:util";
import type { Durability } from "./journal";
import { syncDirectory } from "./sync-directory";

const fdatasyncAsync = promisify(fdatasync);

/** Brings segments to disk. The event loop never waits for it: at a change of segments that took several milliseconds. */
export type SegmentSync = {
  /** Nothing more is written to this file: it is closed, once it is on disk. */
  readonly leave: (fd: number) => void;
  /** A segment got its name. */
  readonly named: () => void;
  /** Resolves when this file, those that were left and the names are on disk. */
  readonly all: (fd: number | undefined) => Promise<void>;
};

export function createSegmentSync(directory: string, durability: Durability): SegmentSync {
  let left: number[] = [];
  let areNamesSynced = true;
  return {
    leave: (fd) => {
      if (durability === "disk") left.push(fd);
      else closeSync(fd);
    },
    named: () => {
      areNamesSynced = false;
    },
    all: async (current) => {
      if (durability === "process") return;
      const work = left.map((fd) => fdatasyncAsync(fd).finally(() => closeSync(fd)));
      if (current !== undefined) work.push(fdatasyncAsync(current));
      if (!areNamesSynced) work.push(syncDirectory(directory));
      left = [];
      areNamesSynced = true;
      // All of it, even where some fails: what is still under way may not be closed.
      for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
    },
  };
}
