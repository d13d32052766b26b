import type { VirtualKey } from "#core/snapshot";
import type { LedgerAdmin } from "#ledger/admin";
import type { JsonObject } from "#lib/json";
import type { ConfigStore } from "#store/config/config-store";
import { type AdminRoute, json } from "./admin-route";
import type { Configuration } from "./configuration";
import { Refusal } from "./refusal";
import { showSpec } from "./virtual-keys";

export type MeParts = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly nowMs: () => number;
  /** The ledger's slot, which counts a key's requests. */
  readonly readSlot: LedgerAdmin["readSlot"];
};

export function meRoutes({ store, configuration, nowMs, readSlot }: MeParts): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/api/me",
      summary: "Show a virtual key to its holder: what it may do and how much it did",
      access: "virtual-key",
      handle: async ({ secretHash }) => {
        const key = secretHash === undefined ? undefined : configuration.content().virtualKeys.get(secretHash);
        if (key === undefined)
          throw new Refusal(401, "Cannot show the virtual key: send a known one as Authorization: Bearer");
        const declared = configuration.fileVirtualKeys().find(({ id }) => id === key.id);
        const spec = declared?.spec ?? (await store.virtualKey(key.id))?.spec ?? { name: key.name };
        const expired = key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs();
        return json({ id: key.id, ...showSpec(spec), expired, usage: usageOf(key, readSlot) });
      },
    },
  ];
}

function usageOf({ slot }: VirtualKey, readSlot: LedgerAdmin["readSlot"]): JsonObject {
  const { tag, charged, previous, past, holders } = readSlot(slot.index);
  if (tag !== slot.tag) return { requests: 0, running: 0 };
  return { requests: past + previous.charged + charged, running: holders };
}
