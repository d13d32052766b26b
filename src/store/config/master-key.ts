import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";

export type MasterKey = { readonly key: string /** For messages: where the key came from. */; readonly origin: string };

const minimumLength = 32;

/**
 * The key that secrets are encrypted with: the one given, else that in `file`, else a new one written there with mode
 * 0600. Throws with one clear line when it cannot be used, and where the file is gone though there is a `database`: a new
 * key would open nothing in it, and stand in the place where the right one has to be put back.
 */
export function loadMasterKey(given: string | undefined, file: string, database: string): MasterKey {
  if (given !== undefined && given !== "") return checked(given.trim(), "HEADGATE_MASTER_KEY");
  if (existsSync(file)) return checked(readFileSync(file, "utf8").trim(), file);
  if (existsSync(database)) throw new Error(goneMessage(file, database));
  const key = randomBytes(32).toString("hex");
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(file, 0o600);
  return { key, origin: file };
}

function goneMessage(file: string, database: string): string {
  return (
    `Cannot open the secrets in ${database}: the master key ${file} is gone; put it back from a backup, or set ` +
    "HEADGATE_MASTER_KEY to what stood in it or was set before"
  );
}

function checked(key: string, origin: string): MasterKey {
  if (key.length >= minimumLength) return { key, origin };
  throw new Error(
    `Cannot use the master key of ${origin}: it has ${key.length} characters, at least ${minimumLength} are needed (for instance from openssl rand -hex 32)`,
  );
}
