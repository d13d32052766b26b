/** One server-sent event (WHATWG HTML § 9.2), with the bytes it came as. */
export type SseEvent = {
  /** The `event:` field; "message" when there was none. */
  readonly event: string;
  /** The `data:` lines joined by "\n"; "" when the block had none (a comment or keep-alive). */
  readonly data: string;
  /** The block's bytes as received, its blank line included: what a pass-through sends on. */
  readonly raw: Uint8Array;
};
