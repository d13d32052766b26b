/**
 * Tokens as a provider reported them, each token in exactly one class. OpenAI counts cached tokens inside its prompt
 * tokens and reasoning inside its completion tokens, Anthropic counts cached tokens beside its input tokens: codecs
 * take these apart, endpoints put them together again for their client.
 */
export type Usage = {
  /** Input tokens that were neither read from nor written to a cache, and are not audio. */
  readonly input: number;
  readonly cacheRead: number;
  /** Tokens written to a cache kept for 5 minutes (or for the provider's only duration). */
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly inputAudio: number;
  /** Output tokens that are not reported as reasoning or audio. */
  readonly output: number;
  readonly reasoning: number;
  readonly outputAudio: number;
  /** True when any class was counted by Headgate and not by the provider. */
  readonly estimated: boolean;
};

export const noUsage: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWrite1h: 0,
  inputAudio: 0,
  output: 0,
  reasoning: 0,
  outputAudio: 0,
  estimated: false,
};

export function inputTotal(usage: Usage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWrite1h + usage.inputAudio;
}

export function outputTotal(usage: Usage): number {
  return usage.output + usage.reasoning + usage.outputAudio;
}
