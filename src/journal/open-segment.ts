/** A preallocated file of records, open for writing. */
export type OpenSegment = {
  readonly fd: number;
  readonly path: string;
  readonly bytes: number;
  readonly seed: number;
  /** Where the next frame goes, and its number. */
  offset: number;
  frames: number;
};
