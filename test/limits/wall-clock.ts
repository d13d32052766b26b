import { existsSync, writeFileSync } from "node:fs";

export type WallClock = {
  /** As the gateway's processes have it. */
  readonly nowMs: () => number;
  /** Sets it, for all of them at once. */
  readonly set: (timeMs: number) => void;
};

/** The clock that a test moves: a number that all processes of its gateway have mapped. */
export function openWallClock(dataDir: string): WallClock {
  const offset = mappedOffset(dataDir);
  const realMs = Date.now;
  return {
    nowMs: () => Math.floor(realMs() + offset()),
    set: (timeMs) => offset(timeMs - realMs()),
  };
}

/** Gives this process that clock in the place of its own. To be called before anything else is loaded. */
export function obeyWallClock(dataDir: string): void {
  const { nowMs } = openWallClock(dataDir);
  Date.now = nowMs;
}

function mappedOffset(dataDir: string): (offsetMs?: number) => number {
  const path = `${dataDir}.clock`;
  if (!existsSync(path)) writeFileSync(path, new Uint8Array(4096));
  const words = new Float64Array(Bun.mmap(path).buffer);
  return (offsetMs) => {
    if (offsetMs !== undefined) words[0] = offsetMs;
    return words[0] ?? 0;
  };
}
