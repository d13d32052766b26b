import type { PdfContents } from "./read-pdf";

/** The tokenizers that are published by their makers and can be had from npm. */
export type TokenizerName = "o200k" | "cl100k";

/** What of a request is to be counted. */
export type Wanted = {
  /** By which its text is counted; absent: that of its documents alone, a token a byte. */
  readonly tokenizer: TokenizerName | undefined;
  /** Whether it holds PDFs that are to be read. */
  readonly documents: boolean;
};

/** To the thread: the bytes of a request in JSON. */
export type CountQuestion = Wanted & { readonly id: number; readonly body: Uint8Array; readonly timeMs: number };

/** What was counted of a request; what could not be is absent. */
export type Counted = {
  /** The most tokens that its text makes, its documents aside. */
  readonly textTokens?: number;
  readonly documents?: PdfContents;
};

export type CountAnswer = { readonly id: number; readonly counted: Counted };
