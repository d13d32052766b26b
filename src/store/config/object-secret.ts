import { hkdfSync } from "node:crypto";
import type { MasterKey } from "./master-key";

/**
 * What workers seal the ids of stored objects with, and encrypt the ones that are kept here: 64 bytes derived
 * (HKDF-SHA-256) from the master key, in hex. It tells nothing of that key, which workers never see.
 */
export function objectSecretOf({ key }: MasterKey): string {
  return Buffer.from(hkdfSync("sha256", key, "", "headgate object ids v1", 64)).toString("hex");
}
