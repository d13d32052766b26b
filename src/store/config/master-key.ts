import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";

export type MasterKey = { readonly key: string /** For messages: where the key came from. */; readonly origin: string };

const minimumLength = 32;

/**
 * The key that secrets are encrypted with: the one given, else that in `file`, else a new one written there with mode
 * 0600. Throws with one clear line when it cannot be used.
 */
export function loadMasterKey(given: string | undefined, file: string): MasterKey {
  if (given !== undefined && given !== "") return checked(given.trim(), "HEADGATE_MASTER_KEY");
  if (existsSync(file)) return checked(readFileSync(file, "utf8").trim(), file);
  const key = randomBytes(32).toString("hex");
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(file, 0o600);
  return { key, origin: file };
}

function checked(key: string, origin: string): MasterKey {
  if (key.length >= minimumLength) return { key, origin };
  throw new Error(
    `Cannot use the master key of ${origin}: it has ${key.length} characters, at least ${minimumLength} are needed (for instance from openssl rand -hex 32)`,
  );
}
