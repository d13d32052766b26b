import * as z from "zod";
import type { ConfiguredVirtualKey } from "#config/configured";
import { budgetSchema, rateLimitSchema } from "#config/limit-schema";
import { parseTime } from "#config/schema-fields";
import { selfViews, type VirtualKeySpec, virtualKeySpecSchema } from "#config/virtual-key-schema";
import type { VirtualKey } from "#core/snapshot";
import type { StoredVirtualKey } from "#store/config/stored-virtual-key";
import type { ApiServices } from "../services";
import { count, list, showSource, showTime, sourceFields, tags, time, warningsField, words } from "../view-fields";
import { budgetView, type LimitServices, rateLimitView, readLimitStates } from "./limit-view";

const { budgets: _, rate_limits: __, ...specFields } = virtualKeySpecSchema.shape;

/** A key's fields with what holds where they are left out; its limits are shown apart. */
export const specFieldsView = {
  ...specFields,
  active: z.boolean(),
  models: words,
  blocked: words,
  endpoints: words,
  tags,
  allowed_ips: words,
  self_view: z.enum(selfViews),
  expires_at: time.exactOptional(),
};

export const usageView = z
  .strictObject({ requests: count.meta({ description: "That it made." }), running: count })
  .meta({ id: "VirtualKeyUsage" });

const keyFields = {
  id: z.string(),
  ...specFieldsView,
  budgets: list(z.union([budgetView, budgetSchema]))
    .exactOptional()
    .meta({ description: "With their state; as configured where the key was just made, or is revoked." }),
  rate_limits: list(z.union([rateLimitView, rateLimitSchema])).exactOptional(),
  usage: usageView.exactOptional().meta({ description: "Absent where the key was just made, or is revoked." }),
  hint: z.string().meta({ description: "The first characters of its secret." }),
  previous_secret_until: time.exactOptional().meta({ description: "When the secret before stops working." }),
  revoked_at: time.exactOptional(),
  warnings: warningsField,
  ...sourceFields,
  created_at: time.exactOptional().meta({ description: "Absent for a key of the configuration file." }),
};

export const virtualKeyView = z.strictObject(keyFields).meta({ id: "VirtualKey" });
export const virtualKeySecretView = z
  .strictObject({ ...keyFields, value: z.string().meta({ description: "The secret. It is never shown again." }) })
  .meta({ id: "VirtualKeySecret", description: "A virtual key and the secret that it was just given." });

export type VirtualKeyView = z.output<typeof virtualKeyView>;

/** Shows virtual keys with their use: what they count, and the state of their own budgets and rate limits. */
export type KeyShower = {
  readonly declared: (key: ConfiguredVirtualKey) => VirtualKeyView;
  readonly stored: (key: StoredVirtualKey) => VirtualKeyView;
};

export type KeyViewServices = LimitServices & Pick<ApiServices, "configuration">;

export async function createKeyShower(services: KeyViewServices): Promise<KeyShower> {
  const states = await readLimitStates(services);
  const use = (hash: string) => {
    const key = services.configuration.content().virtualKeys.get(hash);
    return key === undefined ? {} : { ...states(key.limits), usage: showUsage(key, services.readSlot) };
  };
  return {
    declared: ({ id, hash, hint, spec }) => ({
      id,
      ...showSpec(spec),
      ...use(hash),
      hint,
      ...showSource("file", spec, services.configuration.placeOf("virtual_keys", spec.name)),
    }),
    stored: (key) => ({ ...showStoredKey(key), ...use(key.hash) }),
  };
}

/** Without its use. */
export function showStoredKey(key: StoredVirtualKey): VirtualKeyView {
  const { id, hint, spec, createdAtMs, revokedAtMs, previous } = key;
  return {
    id,
    ...showSpec(spec),
    ...(revokedAtMs !== undefined && { active: false, revoked_at: showTime(revokedAtMs) }),
    hint,
    ...(previous !== undefined && { previous_secret_until: showTime(previous.untilMs) }),
    ...showSource("store", spec),
    created_at: showTime(createdAtMs),
  };
}

export function showSpec({ expires_at: expiresAt, ...spec }: VirtualKeySpec) {
  const expiresAtMs = expiresAt === undefined ? undefined : parseTime(expiresAt);
  return {
    ...spec,
    active: spec.active ?? true,
    models: spec.models ?? ["*"],
    blocked: spec.blocked ?? [],
    endpoints: spec.endpoints ?? ["*"],
    tags: spec.tags ?? {},
    allowed_ips: spec.allowed_ips ?? [],
    self_view: spec.self_view ?? ("requests" as const),
    ...(expiresAtMs !== undefined && { expires_at: showTime(expiresAtMs) }),
  };
}

/** Requests that it made, and how many run. */
export function showUsage({ slot }: VirtualKey, readSlot: ApiServices["readSlot"]): z.output<typeof usageView> {
  const { tag, charged, previous, past, holders } = readSlot(slot.index);
  if (tag !== slot.tag) return { requests: 0, running: 0 };
  return { requests: past + previous.charged + charged, running: holders };
}
