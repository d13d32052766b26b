import { credentialsIn, resolveCredentials } from "#config/credentials";
import { fileProviderKeySchema, type ProviderKeyConfig, providerSchema } from "#config/provider-schema";
import { routeSchema } from "#config/schema";
import { customerSchema, gatewayLimitSchema, teamSchema } from "#config/scope-schema";
import type { SecretResolver } from "#config/secrets";
import { settingsSchema } from "#config/settings-schema";
import { virtualKeySpecSchema } from "#config/virtual-key-schema";
import { ControlError } from "#core/control-error";
import { generateVirtualKey } from "#core/virtual-key";
import { keyHash } from "#snapshot/configured-entries";
import type { ConfigStore } from "#store/config/config-store";
import type { EntryChange } from "./compare-sections";
import type { Sections } from "./config-sections";

export type ApplyParts = {
  readonly store: ConfigStore;
  readonly resolveSecret: SecretResolver;
  readonly newId: () => string;
  readonly nowMs: () => number;
  /** Whether a virtual key has or had this secret. */
  readonly isTaken: (hash: string) => Promise<boolean>;
};

/** A virtual key that was made, with its secret, which is shown once. */
export type MadeKey = { readonly id: string; readonly name: string; readonly value: string };

type Change = { readonly name: string; readonly isRemoved: boolean; readonly fields: object };

/**
 * Writes the changes to the store, in an order in which nothing lacks what it needs; the caller makes a transaction of it.
 * `values`: secrets that the file gives virtual keys, by name.
 */
export async function applyChanges(
  changes: readonly EntryChange[],
  wanted: Sections,
  values: ReadonlyMap<string, string>,
  parts: ApplyParts,
): Promise<readonly MadeKey[]> {
  const of = (section: EntryChange["section"]): readonly Change[] =>
    changes
      .filter((change) => change.section === section)
      .map(({ name, change }) => ({
        name,
        isRemoved: change === "removed",
        fields: wanted[section].get(name)?.fields ?? {},
      }));
  await applySettings(of("settings"), parts);
  for (const change of of("providers")) await applyProvider(change, parts);
  for (const change of of("provider_keys")) await applyProviderKey(change, parts);
  for (const { name, isRemoved, fields } of of("routes")) {
    if (isRemoved) await parts.store.routes.delete(name);
    else await parts.store.routes.put(routeSchema.parse(fields));
  }
  await applyScopes(of, parts);
  const made: MadeKey[] = [];
  for (const change of of("virtual_keys")) {
    const key = await applyVirtualKey(change, values.get(change.name), parts);
    if (key !== undefined) made.push(key);
  }
  return made;
}

async function applySettings(changes: readonly Change[], { store, resolveSecret }: ApplyParts): Promise<void> {
  if (changes.length === 0) return;
  const settings = new Map<string, unknown>(Object.entries(await store.settings.read()));
  for (const { name, isRemoved, fields } of changes) {
    if (isRemoved) settings.delete(name);
    else settings.set(name, "value" in fields ? fields.value : undefined);
  }
  const next = settingsSchema.parse(Object.fromEntries(settings));
  if (next.metrics_token !== undefined) resolved(next.metrics_token, "settings.metrics_token", resolveSecret);
  await store.settings.write(next);
}

async function applyProvider({ name, isRemoved, fields }: Change, { store }: ApplyParts): Promise<void> {
  if (isRemoved) await store.providers.delete(name);
  else await store.providers.put(name, providerSchema.parse(fields));
}

async function applyProviderKey(change: Change, { store, newId, resolveSecret }: ApplyParts): Promise<void> {
  const slash = change.name.indexOf("/");
  const [provider, name] = [change.name.slice(0, slash), change.name.slice(slash + 1)];
  const stored = (await store.providers.list()).find(({ id }) => id === provider);
  const before = stored?.keys.find((key) => key.name === name);
  if (change.isRemoved) {
    if (before !== undefined) await store.providers.deleteKey(provider, before.id);
    return;
  }
  const key: ProviderKeyConfig = fileProviderKeySchema.parse({ ...change.fields, name });
  const { value = "", weight = 1, models } = key;
  const place = `providers.${provider}.keys.${name}`;
  const credentials = credentialsIn(value);
  const found =
    credentials === undefined ? undefined : resolveCredentials(credentials, resolveSecret, { mayReadFiles: false });
  if (found?.ok === false) throw unusable(`${place}.credentials`, found.message);
  if (credentials === undefined && value !== "" && value !== before?.value)
    resolved(value, `${place}.value`, resolveSecret);
  const id = before?.id ?? newId();
  await store.providers.putKey(provider, { id, name, value, weight, ...(models !== undefined && { models }) });
}

async function applyScopes(
  of: (section: "customers" | "teams" | "limits") => readonly Change[],
  { store: { scopes } }: ApplyParts,
): Promise<void> {
  const each = async (
    changes: readonly Change[],
    put: (fields: object) => Promise<void>,
    remove: (name: string) => Promise<void>,
  ) => {
    for (const { name, isRemoved, fields } of changes) await (isRemoved ? remove(name) : put(fields));
  };
  await each(
    of("customers"),
    (fields) => scopes.put("customer", customerSchema.parse(fields)),
    (name) => scopes.delete("customer", name),
  );
  await each(
    of("teams"),
    (fields) => scopes.put("team", teamSchema.parse(fields)),
    (name) => scopes.delete("team", name),
  );
  await each(
    of("limits"),
    (fields) => scopes.put("limit", gatewayLimitSchema.parse(fields)),
    (name) => scopes.delete("limit", name),
  );
}

/** A key that is new and has no secret in the file is given one. */
async function applyVirtualKey(
  { name, isRemoved, fields }: Change,
  value: string | undefined,
  { store: { virtualKeys }, resolveSecret, newId, nowMs, isTaken }: ApplyParts,
): Promise<MadeKey | undefined> {
  const before = await virtualKeys.find({ name });
  if (isRemoved) {
    if (before !== undefined) await virtualKeys.revoke(before.id, nowMs());
    return undefined;
  }
  const spec = virtualKeySpecSchema.strip().parse(fields);
  const given = value === undefined ? undefined : resolved(value, `virtual_keys.${name}.value`, resolveSecret);
  const secret = given ?? generateVirtualKey();
  const hash = keyHash(secret);
  const isNewSecret = before === undefined || (given !== undefined && hash.hash !== before.hash);
  if (isNewSecret && (await isTaken(hash.hash)))
    throw new ControlError("conflict", `Cannot give the virtual key "${name}" its secret: it is or was in use`);
  if (before !== undefined) {
    await virtualKeys.change(before.id, spec);
    if (isNewSecret) await virtualKeys.rotate(before.id, hash, nowMs());
    return undefined;
  }
  const id = newId();
  await virtualKeys.add({ id, ...hash, spec, createdAtMs: nowMs() });
  return given === undefined ? { id, name, value: secret } : undefined;
}

function resolved(value: string, place: string, resolveSecret: SecretResolver): string {
  const found = resolveSecret(value);
  if (found.ok) return found.secret;
  throw unusable(place, found.message);
}

function unusable(place: string, why: string): ControlError {
  return new ControlError("invalid", `Cannot apply the configuration: ${place}: ${why}`);
}
