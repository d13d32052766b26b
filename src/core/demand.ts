import type { ImageSize } from "#lib/image-size";

/** What a request may make a provider do, at most, as far as the request itself says. */
export type Demand = {
  /** How much of the body may be text for a model. */
  readonly textBytes: number;
  readonly hasTools: boolean;
  /** The most input tokens that the body's own text can make. */
  readonly inputTokens: number;
  /** What its input probably comes to: charged where no usage is reported. */
  readonly likelyInputTokens: number;
  /** Its input or output may be audio. */
  readonly audio: boolean;
  /** It may write to a cache that is kept for an hour. */
  readonly hourCache: boolean;
  /** Images in the body: their tokens depend on their size, not on their bytes. Undefined where that is not to be seen. */
  readonly images: readonly (ImageSize | undefined)[];
  /** Images that stand elsewhere. */
  readonly linkedImages: number;
  /** PDFs in the body, by their length in base64: their tokens depend on their pages. */
  readonly documents: readonly number[];
  /** It refers to other input outside the body, or of unknown length: up to the model's whole context. */
  readonly refersElsewhere: boolean;
  /** Of each answer; absent when the request sets no limit. */
  readonly outputTokens?: number;
  /** How many answers: choices, of each prompt. */
  readonly answers: number;
  readonly hasOutput: boolean;
  /** Tools that the provider runs itself and charges apart. */
  readonly hostedTools: boolean;
  /** How often these may search at most; absent where one of them does something else, or does not say how often. */
  readonly searches?: number;
  /** As the request asks for it, in the words of its dialect. */
  readonly serviceTier?: string;
};
