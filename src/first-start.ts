import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditNote, AuditTrail } from "#audit/audit-trail";
import { type Environment, providersInEnvironment } from "#config/environment";
import type { ProcessOptions } from "#config/process-options";
import { adminTokenPrefix, generateVirtualKey, hashSecret } from "#core/virtual-key";
import type { ProviderDefinition } from "#providers/provider";
import { keyHash } from "#snapshot/configured-entries";
import type { ConfigStore } from "#store/config/config-store";
import type { FileKeyRepository } from "#store/config/repositories";

/** Shows secrets that were just made, once: on the terminal, or in a 0600 file of this name in the data directory. */
export type Announce = (fileName: string, lines: readonly string[]) => void;

export type FirstStartParts = {
  readonly store: ConfigStore;
  readonly audit: AuditTrail;
  readonly environment: Environment;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly announce: Announce;
  /** Where clients reach the gateway, e.g. `http://localhost:8080`. */
  readonly url: string;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

/**
 * Makes what a new data directory lacks: an admin token (unless the environment sets it), a first virtual key, the demo
 * provider, and a provider for every usual environment variable that is set for the first time. Secrets are announced
 * before they are stored, so that a crash never leaves one in force that was not shown.
 */
export async function prepareFirstStart(parts: FirstStartParts): Promise<void> {
  const { store, environment } = parts;
  const seen = await store.settings.fact("environment_seen");
  const tokenGiven =
    (environment.HEADGATE_ADMIN_TOKEN ?? "") !== "" || (await store.settings.fact("admin_token_hash")) !== undefined;
  const adminToken = tokenGiven ? undefined : generateVirtualKey(adminTokenPrefix);
  const virtualKey = seen === undefined ? generateVirtualKey() : undefined;
  const lines = announcement(adminToken, virtualKey, parts);
  if (lines.length > 0) parts.announce("first-start.txt", lines);

  await store.transaction(async () => {
    if (adminToken !== undefined) {
      await store.settings.setFact("admin_token_hash", hashSecret(adminToken));
      await noteMade("admin", "admin_token", parts);
    }
    if (virtualKey !== undefined && (await store.virtualKeys.find({ name: firstKeyName })) === undefined) {
      const [id, createdAtMs] = [parts.newId(), parts.nowMs()];
      await store.virtualKeys.add({ id, ...keyHash(virtualKey), spec: { name: firstKeyName }, createdAtMs });
      await noteMade("virtual_key", id, parts, { name: firstKeyName });
    }
    await switchOnProviders(parts, seen === undefined ? undefined : new Set(seen));
  });
}

function noteMade(type: string, id: string, { audit }: FirstStartParts, more: Partial<AuditNote["resource"]> = {}) {
  return audit.note({ actor: "first_start" }, { action: `${type}.create`, resource: { type, id, ...more } });
}

/** Announces on the terminal where there is one to write to, else in a file whose path is logged. */
export function createAnnounce(
  dataDir: string,
  show: ((lines: readonly string[]) => void) | undefined,
  logPath: (path: string) => void,
): Announce {
  if (show !== undefined) return (_, lines) => show(lines);
  return (fileName, lines) => {
    const path = join(dataDir, fileName);
    writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600, flag: "a" });
    chmodSync(path, 0o600);
    logPath(path);
  };
}

/** Makes the secret of a key that the configuration file declares without one. */
export async function generateFileKey(name: string, fileKeys: FileKeyRepository, announce: Announce): Promise<string> {
  const secret = generateVirtualKey();
  announce("first-start.txt", [`Virtual key "${name}":  ${secret}`]);
  await fileKeys.put(name, keyHash(secret));
  return secret;
}

/** Where a client on this machine reaches the gateway. */
export function publicUrl({ tls, host, port }: ProcessOptions): string {
  const shown = ["0.0.0.0", "::", "127.0.0.1", "::1"].includes(host) ? "localhost" : host;
  return `${tls === undefined ? "http" : "https"}://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
}

const firstKeyName = "default";

function announcement(
  adminToken: string | undefined,
  virtualKey: string | undefined,
  { url, definitions }: FirstStartParts,
): readonly string[] {
  const body = JSON.stringify({ model: firstModel(definitions), messages: [{ role: "user", content: "Hello" }] });
  return [
    ...(adminToken === undefined ? [] : [`Admin token:  ${adminToken}`]),
    ...(virtualKey === undefined ? [] : [`Virtual key:  ${virtualKey}`]),
    ...(adminToken === undefined && virtualKey === undefined ? [] : ["Shown this once, keep it safe."]),
    ...(virtualKey === undefined
      ? []
      : [
          "Try it:",
          `  curl ${url}/v1/chat/completions -H 'authorization: Bearer ${virtualKey}' -H 'content-type: application/json' -d '${body}'`,
        ]),
  ];
}

/** A model that answers without any key. */
function firstModel(definitions: FirstStartParts["definitions"]): string | undefined {
  const provider = [...definitions.values()].find(({ auth }) => auth === "none");
  return provider && `${provider.id}/${provider.models?.[0]?.id}`;
}

/** `seen`: variables that switched a provider on before; undefined on the very first start. */
async function switchOnProviders(parts: FirstStartParts, seen: ReadonlySet<string> | undefined): Promise<void> {
  const { store, definitions } = parts;
  const present = new Set((await store.providers.list()).map(({ id }) => id));
  const found = providersInEnvironment(parts.environment, definitions.values());
  const added = found.filter(({ id, variable }) => !(seen?.has(variable) ?? false) && !present.has(id));
  for (const { config, id, reference } of added) {
    await store.providers.put(id, config);
    await noteMade("provider", id, parts);
    await store.providers.putKey(id, { id: parts.newId(), name: "environment", value: reference, weight: 1 });
  }
  if (seen === undefined) {
    // What answers without any key is on from the first second.
    const keyless = [...definitions.values()].filter(({ id, auth }) => auth === "none" && !present.has(id));
    for (const { id } of keyless) {
      await store.providers.put(id, {});
      await noteMade("provider", id, parts);
    }
  }
  const all = new Set([...(seen ?? []), ...found.map(({ variable }) => variable)]);
  if (seen === undefined || all.size > seen.size) await store.settings.setFact("environment_seen", [...all]);
}
