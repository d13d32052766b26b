import type { SignInThrottle } from "#sessions/sign-in-throttle";
import { HttpError } from "./problem";

/**
 * Looks at a token that is shown with a request, and finds undefined for what is wrong. What an address has not shown before
 * is slowed as sign-ins are, for it may be a guess; the same again, right or wrong, is none. So programs of the owner go on
 * at their pace others that guess beside them. Throws 429 for too many that were wrong.
 */
export type TokenCheck = <T>(address: string, tokenHash: string, check: () => T | undefined) => Promise<T | undefined>;

/** Pairs of address and token, those that were right and those that were wrong. */
const mostRemembered = 1000;

export function createTokenCheck(throttle: SignInThrottle): TokenCheck {
  const right = new Set<string>();
  const wrong = new Set<string>();
  return async (address, tokenHash, check) => {
    const pair = `${tokenHash} ${address}`;
    if (right.has(pair) || wrong.has(pair)) {
      const found = check();
      if (found !== undefined) remember(right, pair);
      return found;
    }
    const attempt = await throttle.attempt(address, async () => check());
    if (attempt.kind === "slowed") {
      const { retryAfterS } = attempt;
      throw new HttpError(429, "Cannot let you in: too many wrong tokens came from your address", { retryAfterS });
    }
    remember(attempt.kind === "right" ? right : wrong, pair);
    return attempt.kind === "right" ? attempt.value : undefined;
  };
}

/** The one that was added the longest ago is forgotten. */
function remember(pairs: Set<string>, pair: string): void {
  pairs.add(pair);
  const [oldest] = pairs;
  if (pairs.size > mostRemembered && oldest !== undefined) pairs.delete(oldest);
}
