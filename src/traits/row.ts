import type { Traits } from "./vocabulary";

/** What is known of some targets, and from where. Of several rows that fit, later ones win, trait by trait. */
export type TraitRow = {
  /** The id of a provider, or of several; absent: any. */
  readonly provider?: string | readonly string[];
  /** The name of a dialect, or of several; absent: any. */
  readonly dialect?: string | readonly string[];
  /**
   * Patterns of model names, in lower case; `*` stands for any characters. A name fits as a whole, or what follows its
   * last slash does. Absent: any model.
   */
  readonly model?: string | readonly string[];
  /** `translated`: holds for requests of another dialect only, so that what passes is left alone. */
  readonly way?: "translated";
  readonly traits: Traits;
  /** The address of what says so. */
  readonly source: string;
};
