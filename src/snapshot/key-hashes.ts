import type { ConfiguredVirtualKey } from "#config/configured";
import type { VirtualKey } from "#core/snapshot";

/**
 * A key's entries in the snapshot: under its secret, and under the one before the last rotation. That is the same key,
 * with the same slot and limits, but it expires when the grace ends.
 */
export function hashEntries(
  { hash, previous }: ConfiguredVirtualKey,
  key: VirtualKey,
): readonly (readonly [hash: string, key: VirtualKey])[] {
  if (previous === undefined) return [[hash, key]];
  const expiresAtMs = Math.min(previous.untilMs, key.expiresAtMs ?? Number.POSITIVE_INFINITY);
  return [
    [hash, key],
    [previous.hash, { ...key, expiresAtMs }],
  ];
}
