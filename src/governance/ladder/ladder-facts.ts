import type { ImageRule } from "../image-tokens";
import type { AnswerNeeds } from "./output-terms";

/** What is known of an attempt's request and target beyond its demand. Asked for only as far as a hold has to be small. */
export type LadderFacts = {
  /** Whether an output limit can be written into the request. */
  readonly canCap: boolean;
  /** The most that answers of the model have as far as its traits say, where no catalog does. */
  readonly traitOutput: number | undefined;
  readonly images: ImageRule;
  /** A limit of ours that the target found too long for its context, in tokens, halved. */
  readonly shortened: number | undefined;
  /** The most tokens of its text, by the target's own tokenizer; undefined where that is not known, or takes too long. */
  readonly countText: () => Promise<number | undefined> | undefined;
  readonly needs: () => AnswerNeeds;
  /** 99 of 100 answers of the target are no longer, in tokens; undefined until some have come. */
  readonly usualOutput: () => number | undefined;
};
