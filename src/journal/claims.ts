import { maxRecordFrameBytes } from "./record-encoding";
import type { SegmentPool } from "./segment-pool";

/** Room in the segments for the records of requests that run. */
export type Claims = {
  /** Sets room for one record aside; false when there is none, or a record could not be written. */
  readonly take: () => boolean;
  /** The same for a record that may be left out: false as soon as less than a quarter of a segment is unclaimed. */
  readonly takeSpare: () => boolean;
  /** So many records were written, or will not be. */
  readonly release: (count: number) => void;
  /** Whether the next one would be given. */
  readonly areGiven: () => boolean;
  /** From now on none is given, and no segment prepared. */
  readonly close: () => void;
};

/** Has the next segment prepared when the claims leave less than half of one. */
export function createClaims(parts: {
  readonly pool: Pick<SegmentPool, "room" | "prepare">;
  readonly segmentBytes: number;
  readonly isBroken: () => boolean;
}): Claims {
  const { pool, segmentBytes, isBroken } = parts;
  let claimed = 0;
  let closed = false;
  const room = () => pool.room() - claimed * maxRecordFrameBytes;
  // With a broken journal no request is let in that would fail; those that run, and the probe, go on trying.
  const areGiven = () => !closed && !isBroken() && room() >= maxRecordFrameBytes;
  const take = (isGiven: boolean) => {
    if (isGiven) claimed += 1;
    keepSpare();
    return isGiven;
  };
  const keepSpare = () => {
    if (!closed && room() < segmentBytes / 2) void pool.prepare();
  };
  keepSpare();
  return {
    take: () => take(areGiven()),
    takeSpare: () => take(areGiven() && room() >= segmentBytes / 4),
    release: (count) => {
      claimed -= count;
      keepSpare();
    },
    areGiven,
    close: () => {
      closed = true;
    },
  };
}
