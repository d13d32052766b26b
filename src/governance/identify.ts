import { GatewayError } from "#core/errors";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import { adminTokenPrefix, hashSecret, virtualKeyPrefix } from "#core/virtual-key";

/** The virtual key behind a presented secret, which may be used now. Throws as `findCaller` and `assertUsable` do. */
export function identify(secret: string | undefined, snapshot: Snapshot, nowMs: number): VirtualKey | undefined {
  const key = findCaller(secret, snapshot);
  assertUsable(key, () => nowMs);
  return key;
}

/**
 * Finds the virtual key behind a presented secret. Returns undefined only where `settings.auth` is `optional` and no
 * virtual key came; SDKs insist on sending something, so a secret that does not look like ours counts as none there.
 * Throws `missing_key` or `invalid_key`.
 */
export function findCaller(secret: string | undefined, snapshot: Snapshot): VirtualKey | undefined {
  const isOptional = snapshot.settings.auth === "optional";
  if (secret === undefined) {
    if (isOptional) return undefined;
    throw new GatewayError(
      "missing_key",
      'Cannot identify the caller: no virtual key found, send one as "Authorization: Bearer hg-..." or "x-api-key"',
    );
  }
  const key = snapshot.virtualKeys.get(hashSecret(secret));
  if (key === undefined) {
    if (isOptional && !secret.startsWith(virtualKeyPrefix)) return undefined;
    throw new GatewayError("invalid_key", `Cannot identify the caller: ${whatItIs(secret)}`);
  }
  return key;
}

/** Throws `inactive_key` or `expired_key`. `nowMs`: asked of keys that end alone. Apart from `findCaller`, so that a refusal can name the key. */
export function assertUsable(key: VirtualKey | undefined, nowMs: () => number): void {
  if (key === undefined) return;
  if (!key.active)
    throw new GatewayError("inactive_key", "Cannot identify the caller: the virtual key is switched off");
  if (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs()) {
    const when = new Date(key.expiresAtMs).toISOString();
    throw new GatewayError("expired_key", `Cannot identify the caller: the virtual key expired at ${when}`);
  }
}

/** Why a secret is no virtual key, without showing it. */
function whatItIs(secret: string): string {
  if (secret.startsWith(adminTokenPrefix))
    return `an admin token (${adminTokenPrefix}…) opens /api alone, a virtual key (${virtualKeyPrefix}…) is needed`;
  if (/^(?:sk-|gsk_|xai-|pplx-|csk-|AIza)/.test(secret))
    return "the virtual key is not known; it looks like a provider's own key, which belongs into the gateway's configuration";
  return "the virtual key is not known";
}
