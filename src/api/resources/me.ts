import { ControlError } from "#core/control-error";
import { type LimitStateParts, readLimitStates } from "#limits/limit-state";
import type { Configuration } from "#snapshot/configuration";
import { limitsOf } from "#snapshot/limit-count";
import type { ConfigStore } from "#store/config/config-store";
import { type ApiRoute, json } from "../route";
import { keyUsage, showSpec } from "./show-virtual-key";

export type MeParts = LimitStateParts & {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly nowMs: () => number;
};

export function meRoutes(parts: MeParts): readonly ApiRoute[] {
  const { store, configuration, nowMs, readSlot } = parts;
  return [
    {
      method: "GET",
      path: "/api/me",
      summary: "Show a virtual key to its holder: what it may do, what it used, and what is left of its limits",
      access: "virtual-key",
      handle: async ({ secretHash }) => {
        const content = configuration.content();
        const key = secretHash === undefined ? undefined : content.virtualKeys.get(secretHash);
        if (key === undefined)
          throw new ControlError(
            "unauthenticated",
            "Cannot show the virtual key: send a known one as Authorization: Bearer",
          );
        const declared = configuration.fileVirtualKeys().find(({ id }) => id === key.id);
        const stored = declared === undefined ? await store.virtualKeys.find({ id: key.id }) : undefined;
        const spec = declared?.spec ?? stored?.spec ?? { name: key.name };
        const expired = key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs();
        if (expired && stored?.previous?.hash === secretHash)
          throw new ControlError("unauthenticated", "Cannot show the virtual key: it has another secret now");
        const states = await readLimitStates(parts);
        // The gateway's own limits are not the holder's business.
        const shared = limitsOf(key, content).filter(({ scope }) => scope.kind !== "key");
        return json({
          id: key.id,
          ...showSpec(spec),
          expired,
          usage: keyUsage(key, readSlot),
          ...states(key.limits),
          shared: { ...states(shared) },
        });
      },
    },
  ];
}
