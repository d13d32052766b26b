/** How far a segment of the journal has been taken in. */
export type IngestPosition = {
  /** Tells the segment from an older one of the same name. */
  readonly identity: string;
  readonly offset: number;
  readonly sequence: number;
};

/** By segment file name. */
export type IngestPositions = ReadonlyMap<string, IngestPosition>;
