import type { FailureSubject } from "#core/errors";

/** What a provider's error says, and what it is about. */
export type FailureWords = {
  readonly about: FailureSubject;
  /** Who says so. */
  readonly by: string;
  /** Error codes or types, compared whole and without regard to case. */
  readonly codes?: readonly string[];
  /** Parts of a message, without regard to case; `*` stands for at most 120 characters. */
  readonly words?: readonly string[];
  /** Where it is documented, or was reported. */
  readonly source: string;
};
