/** The tokenizers that are published by their makers and can be had from npm. */
export type TokenizerName = "o200k" | "cl100k";

/** To the thread: the bytes of a request in JSON. */
export type CountQuestion = { readonly id: number; readonly tokenizer: TokenizerName; readonly body: Uint8Array };

/** From it; without `tokens` where the body could not be counted. */
export type CountAnswer = { readonly id: number; readonly tokens: number | undefined };
