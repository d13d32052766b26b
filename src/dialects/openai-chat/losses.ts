import type { WritingRules } from "./quirks";

/** What an encoder knows of its target, and where it notes what it could not carry. */
export type Losses = {
  readonly rules: WritingRules;
  /** Notes a path in the client's request; each is named once. */
  readonly drop: (path: string) => void;
  readonly dropped: () => readonly string[];
};

export function createLosses(rules: WritingRules): Losses {
  const paths = new Set<string>();
  return { rules, drop: (path) => paths.add(path), dropped: () => [...paths] };
}
