/** What a minute is to `hasty-headgate.ts`. */
export const windowMs = 1000;

/** One that was admitted, on the machine's clock. */
export type Admission = { readonly atMs: number; readonly slot: number; readonly amount: number };

export function admissionsFile(dataDir: string): string {
  return `${dataDir}.admissions`;
}
