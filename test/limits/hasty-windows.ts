/** What a minute is to `hasty-headgate.ts`. */
export const windowMs = 1000;

/** What came of one that was asked for. */
export type Admission = {
  readonly slot: number;
  readonly amount: number;
  /** The sixteenth that it counts in; absent where it was refused. */
  readonly counted?: number;
  /** The sixteenths, on the machine's clock, that began last before it was asked for, and before there was an answer. */
  readonly asked: number;
  readonly answered: number;
};

export function admissionsFile(dataDir: string): string {
  return `${dataDir}.admissions`;
}
