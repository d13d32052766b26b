import type { SnapshotContent, VirtualKey } from "#core/snapshot";

/** Hashes of the virtual keys that requests may come with. */
export function servedKeys({ virtualKeys }: SnapshotContent, nowMs: number): readonly string[] {
  const hashes: string[] = [];
  virtualKeys.forEach((key, hash) => {
    if (isServed(key, nowMs)) hashes.push(hash);
  });
  return hashes;
}

/** Hashes of the virtual keys that a change ends: revoked, deleted, switched off or expired by it. */
export function endedKeys(before: SnapshotContent, next: SnapshotContent, nowMs: number): readonly string[] {
  const hashes: string[] = [];
  if (before.virtualKeys === next.virtualKeys) return hashes;
  before.virtualKeys.forEach((key, hash) => {
    const now = next.virtualKeys.get(hash);
    if (now !== key && !(now !== undefined && isServed(now, nowMs))) hashes.push(hash);
  });
  return hashes;
}

function isServed({ active, expiresAtMs = Number.POSITIVE_INFINITY }: VirtualKey, nowMs: number): boolean {
  return active && expiresAtMs > nowMs;
}
