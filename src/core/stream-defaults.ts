/** What holds for the client's side of a stream where no setting says otherwise, milliseconds. */
export const streamDefaults = {
  /** Before load balancers and clients give up, and long after nearly all first tokens. */
  headersAfterMs: 10_000,
  /** Load balancers cut a silent connection after 30 to 60 seconds. */
  keepAliveMs: 15_000,
} as const;
