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
  const budget = new Budget(limitBytes);
  return { usedBytes: () => budget.used, lease: () => new Lease(budget) };
}

class Budget {
  used = 0;

  constructor(private readonly limitBytes: () => number) {}

  take(bytes: number): void {
    if (this.used + bytes > this.limitBytes()) {
      throw new GatewayError("overloaded", "The gateway holds too many request bodies at the moment", {
        retryAfterS: 1,
      });
    }
    this.used += bytes;
  }
}

class Lease implements BufferLease {
  private leased = 0;

  constructor(private readonly budget: Budget) {}

  grow(bytes: number): void {
    this.budget.take(bytes);
    this.leased += bytes;
  }

  release(): void {
    this.budget.used -= this.leased;
    this.leased = 0;
  }
}
