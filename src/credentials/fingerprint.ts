import { createHash } from "node:crypto";
import type { Credentials } from "#config/credentials-schema";

const known = new WeakMap<Credentials, string>();

/** Tells credentials from each other without holding a secret: SHA-256 of their JSON, hex. */
export function fingerprintOf(credentials: Credentials): string {
  let fingerprint = known.get(credentials);
  if (fingerprint === undefined) {
    fingerprint = createHash("sha256").update(JSON.stringify(credentials)).digest("hex");
    known.set(credentials, fingerprint);
  }
  return fingerprint;
}
