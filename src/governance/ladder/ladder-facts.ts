import type { ImageRule } from "../image-tokens";
import type { CountedInput } from "../worst-case";
import type { AnswerNeeds } from "./output-terms";

/** What is known of an attempt's request and target beyond its demand. Asked for only as far as a hold has to be small. */
export type LadderFacts = {
  /** Whether an output limit can be written into the request. */
  readonly canCap: boolean;
  /** The most that answers of the model have as far as its traits say, where no catalog does. */
  readonly traitOutput: number | undefined;
  readonly images: ImageRule;
  /** What a page of a PDF counts at most beside its text. */
  readonly pageTokens: number | undefined;
  /** A limit of ours that the target found too long for its context, in tokens, halved. */
  readonly shortened: number | undefined;
  /** Counts its text by the target's own tokenizer, and reads its documents; undefined where neither can be done. */
  readonly countInput: (documents: boolean) => Promise<CountedInput> | undefined;
  readonly needs: () => AnswerNeeds;
  /** 99 of 100 answers of the target are no longer, in tokens; undefined until some have come. */
  readonly usualOutput: () => number | undefined;
};
