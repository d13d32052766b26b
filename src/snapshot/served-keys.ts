import { KeyTable } from "#core/key-table";
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
  if (before.virtualKeys === next.virtualKeys) return [];
  const [was, is] = [KeyTable.of(before.virtualKeys), KeyTable.of(next.virtualKeys)];
  return was.changedIn(is).filter((hash) => {
    const now = is.get(hash);
    return now === undefined || !isServed(now, nowMs);
  });
}

function isServed({ active, expiresAtMs = Number.POSITIVE_INFINITY }: VirtualKey, nowMs: number): boolean {
  return active && expiresAtMs > nowMs;
}
