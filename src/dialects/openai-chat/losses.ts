/** What an encoder knows of its target, and where it notes what it could not carry. */
export type Losses = {
  readonly quirks: readonly string[];
  /** Notes a path in the client's request; each is named once. */
  readonly drop: (path: string) => void;
  readonly dropped: () => readonly string[];
};

export function createLosses(quirks: readonly string[]): Losses {
  const paths = new Set<string>();
  return { quirks, drop: (path) => paths.add(path), dropped: () => [...paths] };
}
