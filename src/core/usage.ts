/**
 * Tokens as a provider reported them, each token in exactly one class. OpenAI counts cached tokens inside its prompt
 * tokens and reasoning inside its completion tokens, Anthropic counts cached tokens beside its input tokens: codecs
 * take these apart, endpoints put them together again for their client.
 */
export type Usage = {
  /** Input tokens that were neither read from nor written to a cache, and are neither audio nor images. */
  readonly input: number;
  readonly cacheRead: number;
  /** Tokens written to a cache kept for 5 minutes (or for the provider's only duration). */
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly inputAudio: number;
  readonly inputImage: number;
  /** Output tokens that are not reported as reasoning, audio or images. */
  readonly output: number;
  readonly reasoning: number;
  readonly outputAudio: number;
  readonly outputImage: number;
  /** Web searches that the provider ran; not tokens. */
  readonly searches: number;
  /** True when any class was counted by Headgate and not by the provider. */
  readonly estimated: boolean;
  /** What the provider says beside its counts that the answer costs; of one attempt. */
  readonly bill?: Bill;
};

/** Where providers write what an answer costs: dollars, dollars in all, ticks of 10⁻¹⁰ dollars. */
export const billFields = ["usage.cost", "usage.cost.total_cost", "usage.cost_in_usd_ticks"] as const;
export type BillField = (typeof billFields)[number];

export type Bill = {
  readonly field: BillField;
  /** As written, in dollars: nothing is known of it but that it is a number. */
  readonly dollars: number;
};

/** The classes of tokens, which are also those of rates (`core/money.ts`). */
export const inputClasses = ["input", "cacheRead", "cacheWrite", "cacheWrite1h", "inputAudio", "inputImage"] as const;
export const outputClasses = ["output", "reasoning", "outputAudio", "outputImage"] as const;
export const usageClasses = [...inputClasses, ...outputClasses] as const;
export type TokenClass = (typeof usageClasses)[number];

export const noUsage: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWrite1h: 0,
  inputAudio: 0,
  inputImage: 0,
  output: 0,
  reasoning: 0,
  outputAudio: 0,
  outputImage: 0,
  searches: 0,
  estimated: false,
};

export function inputTotal(usage: Usage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWrite1h + usage.inputAudio + usage.inputImage;
}

export function outputTotal(usage: Usage): number {
  return usage.output + usage.reasoning + usage.outputAudio + usage.outputImage;
}

/** Of two attempts together. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    inputAudio: a.inputAudio + b.inputAudio,
    inputImage: a.inputImage + b.inputImage,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    outputAudio: a.outputAudio + b.outputAudio,
    outputImage: a.outputImage + b.outputImage,
    searches: a.searches + b.searches,
    estimated: a.estimated || b.estimated,
  };
}
