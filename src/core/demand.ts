/** What a request may make a provider do, at most, as far as the request itself says. */
export type Demand = {
  /** Input tokens that the body's own text can stand for. */
  readonly inputTokens: number;
  /** What its input probably comes to: charged where nobody tells. */
  readonly likelyInputTokens: number;
  /** Images that stand in the body: their tokens have nothing to do with their bytes. */
  readonly images: number;
  /** It refers to input that stands elsewhere, or that nobody can measure: up to the model's whole context. */
  readonly refersElsewhere: boolean;
  /** Of each answer; absent when the request sets no limit. */
  readonly outputTokens?: number;
  /** How many answers: choices, of each prompt. */
  readonly answers: number;
  readonly hasOutput: boolean;
  /** Tools that the provider runs itself and charges apart. */
  readonly hostedTools: boolean;
  /** As the request asks for it, in the words of its dialect. */
  readonly serviceTier?: string;
};
