import type { Traits } from "#traits/vocabulary";
import { callIdFor } from "../target-ids";

/** What an encoder knows of its target, and where it notes what it could not carry. */
export class Losses {
  private paths: Set<string> | undefined;

  constructor(readonly traits: Traits) {}

  /** The id of a tool call as the target takes it. */
  callId(id: string): string {
    return callIdFor(this.traits.call_ids, id);
  }

  /** Whether content parts may carry cache markers. */
  get marksParts(): boolean {
    return this.traits.cache_markers?.includes("parts") === true;
  }

  get marksTools(): boolean {
    return this.traits.cache_markers?.includes("tools") === true;
  }

  /** Notes a path in the client's request; each is named once. */
  drop(path: string): void {
    this.paths ??= new Set();
    this.paths.add(path);
  }

  dropped(): readonly string[] {
    return this.paths === undefined ? [] : [...this.paths];
  }
}
