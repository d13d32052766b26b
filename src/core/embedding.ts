import type { Usage } from "./usage";

/** What a client asks to be embedded, free of any dialect: the pivot of embeddings. Media have no place in it. */
export type EmbeddingRequest = {
  readonly model: string;
  /** In order; each becomes a vector. */
  readonly inputs: readonly string[];
  readonly dimensions?: number;
  /** Where its client has both; absent: in OpenAI's `input` and `dimensions`. */
  readonly paths?: { readonly inputs: string; readonly dimensions: string };
  /** How its client wants the numbers: as such, or as little-endian floats of 32 bits in base64. */
  readonly encoding: "float" | "base64";
  /** What the vectors are for, in Google's words, e.g. `RETRIEVAL_QUERY`, and the field in which the client says it. */
  readonly task?: { readonly type: string; readonly path: string };
  /** Paths of what only its own dialect knows. */
  readonly unknown: readonly string[];
};

/** A vector for each input, in their order. */
export type Embeddings = {
  /** As the provider names it; "" where it does not. */
  readonly model: string;
  readonly vectors: readonly (readonly number[])[];
  readonly usage?: Usage;
};
