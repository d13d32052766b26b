/** What a dialect may know of the target: facts from catalog and configuration. */
export type TargetFacts = {
  /** The model's name at the provider. */
  readonly model: string;
  /** The most tokens the model can put out; used where a dialect requires a limit and the client gave none. */
  readonly maxOutputTokens?: number;
  /** Named differences of look-alike providers, see the `quirks` of the dialect. */
  readonly quirks: readonly string[];
};
