import type { ConfiguredVirtualKey } from "#config/configured";
import { ControlError } from "#core/control-error";
import type { Configuration } from "#snapshot/configuration";
import type { KeyHash, StoredVirtualKey } from "#store/config/stored-virtual-key";
import { declaredInFile } from "../resource";
import type { ApiServices } from "../services";

type Services = Pick<ApiServices, "store" | "configuration">;

export function declaredKey(idOrName: string, configuration: Configuration): ConfiguredVirtualKey | undefined {
  return configuration.fileVirtualKeys().find((key) => key.id === idOrName || key.spec.name === idOrName);
}

export async function findStoredKey(
  idOrName: string,
  { virtualKeys }: ApiServices["store"],
): Promise<StoredVirtualKey> {
  const key = (await virtualKeys.find({ id: idOrName })) ?? (await virtualKeys.find({ name: idOrName }));
  if (key !== undefined) return key;
  throw new ControlError("not_found", `Cannot find the virtual key: there is none with the id or name "${idOrName}"`);
}

/** One that the API may change: stored, and not revoked. */
export async function findChangeableKey(idOrName: string, { store, configuration }: Services) {
  if (declaredKey(idOrName, configuration) !== undefined) throw declaredInFile("virtual key", idOrName);
  const key = await findStoredKey(idOrName, store);
  if (key.revokedAtMs !== undefined)
    throw new ControlError("conflict", `Cannot change the virtual key "${idOrName}": it is revoked`);
  return key;
}

export async function isNameTaken(name: string, { store, configuration }: Services): Promise<boolean> {
  return declaredKey(name, configuration) !== undefined || (await store.virtualKeys.find({ name })) !== undefined;
}

/** Those of revoked keys are taken for good. */
export async function isSecretTaken(hash: string, { store, configuration }: Services): Promise<boolean> {
  return configuration.content().virtualKeys.has(hash) || (await store.virtualKeys.find({ hash })) !== undefined;
}

export async function refuseTakenName(name: string, services: Services): Promise<void> {
  if (await isNameTaken(name, services))
    throw new ControlError("conflict", `Cannot use the name "${name}": another virtual key has it`);
}

export async function refuseTakenSecret({ hash }: KeyHash, services: Services): Promise<void> {
  if (await isSecretTaken(hash, services))
    throw new ControlError("conflict", "Cannot give the virtual key this secret: it is or was in use");
}
