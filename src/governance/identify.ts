import { GatewayError } from "#core/errors";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";

/**
 * Finds the virtual key behind a presented secret. Returns undefined only where `settings.auth` is `optional` and no
 * secret came. Throws `missing_key`, `invalid_key`, `inactive_key` or `expired_key`.
 */
export function identify(secret: string | undefined, snapshot: Snapshot, nowMs: number): VirtualKey | undefined {
  if (secret === undefined) {
    if (snapshot.settings.auth === "optional") return undefined;
    throw new GatewayError(
      "missing_key",
      'Cannot identify the caller: no virtual key found, send one as "Authorization: Bearer hg-..." or "x-api-key"',
    );
  }
  const key = snapshot.virtualKeys.get(hashSecret(secret));
  if (key === undefined)
    throw new GatewayError("invalid_key", "Cannot identify the caller: the virtual key is not known");
  if (!key.active)
    throw new GatewayError("inactive_key", "Cannot identify the caller: the virtual key is switched off");
  if (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs) {
    const when = new Date(key.expiresAtMs).toISOString();
    throw new GatewayError("expired_key", `Cannot identify the caller: the virtual key expired at ${when}`);
  }
  return key;
}
