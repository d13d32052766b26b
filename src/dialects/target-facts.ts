import type { Traits } from "#traits/vocabulary";

/** What a dialect may know of the target: facts from catalog and configuration. */
export type TargetFacts = {
  /** The model's name at the provider. */
  readonly model: string;
  /** The limit that is sent where a dialect requires one and the client gave none. */
  readonly maxOutputTokens?: number;
  /** What it accepts and how, for the way that the request comes. */
  readonly traits: Traits;
};
