import type { Price } from "./money";

/** A model name that a client may ask for, with what is known of it. */
export type ListedModel = {
  readonly id: string;
  /** The provider; `headgate` for an alias. */
  readonly ownedBy: string;
  /** Day of its release, `YYYY-MM-DD` (or the month or year alone). */
  readonly releasedOn?: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** That holds now. */
  readonly price?: Price;
};

/** A part of a list. */
export type ModelPage = {
  readonly models: readonly ListedModel[];
  /** Whether there are more in the direction that was asked for; absent where the whole list was. */
  readonly hasMore?: boolean;
};

/** The moment of a release; undefined where nothing is known. */
export function releasedAtMs({ releasedOn }: Pick<ListedModel, "releasedOn">): number | undefined {
  const atMs = releasedOn === undefined ? Number.NaN : Date.parse(releasedOn);
  return Number.isNaN(atMs) ? undefined : atMs;
}
