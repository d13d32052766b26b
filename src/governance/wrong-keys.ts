import { GatewayError } from "#core/errors";
import { hashSecret } from "#core/virtual-key";

/** Slows who tries keys that are none. Right keys pass at any time, from whatever address. */
export type WrongKeys = {
  /**
   * What an address is told that came with a key that is not known: undefined for the usual refusal, or `rate_limited` where it
   * came with too many different ones within a minute. The same wrong key again is a mistake, not a guess.
   */
  readonly judge: (address: string, secret: string, nowMs: number) => GatewayError | undefined;
};

const windowMs = 60_000;
/** Different wrong keys of an address in a minute. Many clients behind one proxy have one or two that are mistaken. */
const mostKeys = 30;
const mostAddresses = 10_000;

export function createWrongKeys(): WrongKeys {
  const addresses = new Map<string, { readonly sinceMs: number; readonly hashes: Set<string> }>();
  return {
    judge: (address, secret, nowMs) => {
      let tried = addresses.get(address);
      if (tried === undefined || nowMs - tried.sinceMs >= windowMs) {
        tried = { sinceMs: nowMs, hashes: new Set() };
        addresses.delete(address);
        addresses.set(address, tried);
        const [oldest] = addresses.keys();
        if (addresses.size > mostAddresses && oldest !== undefined) addresses.delete(oldest);
      }
      const hash = hashSecret(secret);
      if (tried.hashes.has(hash)) return undefined;
      if (tried.hashes.size >= mostKeys) return tooMany((tried.sinceMs + windowMs - nowMs) / 1000);
      tried.hashes.add(hash);
      return undefined;
    },
  };
}

function tooMany(seconds: number): GatewayError {
  const message = "Cannot identify the caller: too many different keys that are not known came from this address";
  return new GatewayError("rate_limited", message, { retryAfterS: Math.max(1, Math.ceil(seconds)) });
}
