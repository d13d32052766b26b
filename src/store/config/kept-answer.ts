/** The answer to a create that carried an `Idempotency-Key`, for a client that sends it again. */
export type KeptAnswer = {
  readonly actor: string;
  readonly key: string;
  /** Tells the same request from another one with the same key. */
  readonly fingerprint: string;
  readonly atMs: number;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
};

export const keptForMs = 24 * 60 * 60 * 1000;

/** The oldest beyond this many are forgotten early. */
export const mostKept = 10_000;
