import { GatewayError } from "#core/errors";

/** The bytes of request bodies that may be held at a time, over all running requests. */
export type BufferBudget = {
  readonly usedBytes: () => number;
  readonly lease: () => BufferLease;
};

/** One request's share. */
export type BufferLease = {
  /** Throws GatewayError `overloaded` when the budget is used up. */
  readonly grow: (bytes: number) => void;
  /** Gives everything back; further calls change nothing. */
  readonly release: () => void;
};

/** `limitBytes` is asked each time, for it is a setting that may change. */
export function createBufferBudget(limitBytes: () => number): BufferBudget {
  let used = 0;
  return {
    usedBytes: () => used,
    lease: () => {
      let leased = 0;
      return {
        grow: (bytes) => {
          if (used + bytes > limitBytes()) {
            throw new GatewayError("overloaded", "The gateway holds too many request bodies at the moment", {
              retryAfterS: 1,
            });
          }
          used += bytes;
          leased += bytes;
        },
        release: () => {
          used -= leased;
          leased = 0;
        },
      };
    },
  };
}
