import type { ConfiguredVirtualKey } from "#config/configured";
import { parseTime } from "#config/schema-fields";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { VirtualKey } from "#core/snapshot";
import type { LedgerAdmin } from "#ledger/admin";
import type { JsonObject } from "#lib/json";
import { type LimitStateParts, readLimitStates } from "#limits/limit-state";
import type { Configuration } from "#snapshot/configuration";
import type { StoredVirtualKey } from "#store/config/stored-virtual-key";

/** Shows virtual keys with their use: what they count, and the state of their own budgets and rate limits. */
export type KeyShower = {
  readonly declared: (key: ConfiguredVirtualKey) => JsonObject;
  readonly stored: (key: StoredVirtualKey) => JsonObject;
};

export async function createKeyShower(
  parts: LimitStateParts & { readonly configuration: Configuration },
): Promise<KeyShower> {
  const states = await readLimitStates(parts);
  const use = (hash: string): JsonObject => {
    const key = parts.configuration.content().virtualKeys.get(hash);
    return key === undefined ? {} : { ...states(key.limits), usage: keyUsage(key, parts.readSlot) };
  };
  return {
    declared: ({ id, hash, hint, spec }) => ({
      id,
      ...showSpec(spec),
      ...use(hash),
      hint,
      source: "file",
      read_only: true,
    }),
    stored: (key) => ({ ...showStoredKey(key), ...use(key.hash) }),
  };
}

/** Without its use. */
export function showStoredKey({ id, hint, spec, createdAtMs, revokedAtMs, previous }: StoredVirtualKey): JsonObject {
  return {
    id,
    ...showSpec(spec),
    ...(revokedAtMs === undefined ? {} : { active: false, revoked_at: new Date(revokedAtMs).toISOString() }),
    hint,
    ...(previous === undefined ? {} : { previous_secret_until: new Date(previous.untilMs).toISOString() }),
    source: "store",
    read_only: false,
    created_at: new Date(createdAtMs).toISOString(),
  };
}

/** A key's fields with what holds where they are left out. */
export function showSpec(spec: VirtualKeySpec): JsonObject {
  const expiresAtMs = spec.expires_at === undefined ? undefined : parseTime(spec.expires_at);
  return {
    ...spec,
    active: spec.active ?? true,
    models: spec.models ?? ["*"],
    blocked: spec.blocked ?? [],
    endpoints: spec.endpoints ?? ["*"],
    tags: spec.tags ?? {},
    ...(expiresAtMs === undefined ? {} : { expires_at: new Date(expiresAtMs).toISOString() }),
  };
}

/** Requests that it made, and how many run. */
export function keyUsage({ slot }: VirtualKey, readSlot: LedgerAdmin["readSlot"]): JsonObject {
  const { tag, charged, previous, past, holders } = readSlot(slot.index);
  if (tag !== slot.tag) return { requests: 0, running: 0 };
  return { requests: past + previous.charged + charged, running: holders };
}
