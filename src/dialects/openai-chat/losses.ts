import type { WritingRules } from "./quirks";

/** What an encoder knows of its target, and where it notes what it could not carry. */
export class Losses {
  private paths: Set<string> | undefined;

  constructor(readonly rules: WritingRules) {}

  /** Notes a path in the client's request; each is named once. */
  drop(path: string): void {
    this.paths ??= new Set();
    this.paths.add(path);
  }

  dropped(): readonly string[] {
    return this.paths === undefined ? [] : [...this.paths];
  }
}
