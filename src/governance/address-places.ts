import { isIPv6 } from "node:net";
import { GatewayError } from "#core/errors";
import type { Leave } from "./waiting-line";

/** The running requests of a worker by the address that they came from, where `max_running_per_address` bounds them. */
export type AddressPlaces = {
  /** A place. Throws `too_many_concurrent` where an address has as many running as it may. */
  readonly take: (address: string, most: number) => Leave;
};

export function createAddressPlaces(): AddressPlaces {
  /** Addresses without running requests are not kept. */
  const running = new Map<string, number>();
  return {
    take: (address, most) => {
      const holder = holderOf(address);
      const count = running.get(holder) ?? 0;
      if (count >= most) throw tooMany(most);
      running.set(holder, count + 1);
      let isHere = true;
      return () => {
        if (!isHere) return;
        isHere = false;
        const left = (running.get(holder) ?? 1) - 1;
        if (left > 0) running.set(holder, left);
        else running.delete(holder);
      };
    },
  };
}

/** One for two places. */
export function bothOf(first: Leave | undefined, second: Leave): Leave {
  return first === undefined ? second : leavingBoth(first, second);
}

function leavingBoth(first: Leave, second: Leave): Leave {
  return () => {
    first();
    second();
  };
}

/** Of an IPv6 address its network, for its owner has all the 2^64 addresses in it. */
function holderOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: zeros }, () => "0"), ...back];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

function tooMany(most: number): GatewayError {
  const message = `Cannot take the request: ${most} requests from this address are running, as many as settings.max_running_per_address allows`;
  return new GatewayError("too_many_concurrent", message, { retryAfterS: 1 });
}
