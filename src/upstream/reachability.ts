import { connect } from "node:net";
import type { Destination } from "./address-guard";

/** Tells a provider that cannot be connected to from one that is slow to answer: `fetch` does not. */
export type Reachability = {
  /** Headers came from there. */
  readonly note: (destination: Destination) => void;
  /** Whether a connection is known to have been possible since then; if not, tries one in the background. */
  readonly since: (destination: Destination, sinceMs: number) => boolean;
};

const probeTimeoutMs = 30_000;

/** One bare TCP connection at a time for each host and port, and only while a call there waits long for its headers. */
export function createReachability(nowMs: () => number): Reachability {
  const reachedAtMs = new Map<string, number>();
  const probing = new Set<string>();

  const probe = (key: string, { host, port }: Destination) => {
    probing.add(key);
    const socket = connect({ host, port });
    socket.setTimeout(probeTimeoutMs, () => socket.destroy());
    socket.unref();
    socket.once("connect", () => {
      reachedAtMs.set(key, nowMs());
      socket.destroy();
    });
    socket.once("error", () => socket.destroy());
    socket.once("close", () => probing.delete(key));
  };

  return {
    note: (destination) => {
      reachedAtMs.set(keyOf(destination), nowMs());
    },
    since: (destination, sinceMs) => {
      const key = keyOf(destination);
      if ((reachedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) >= sinceMs) return true;
      if (!probing.has(key)) probe(key, destination);
      return false;
    },
  };
}

function keyOf({ host, port }: Destination): string {
  return `${host} ${port}`;
}
