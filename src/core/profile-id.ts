import { createHash } from "node:crypto";
import type { KeyProfile } from "./key-profile";

/** Names a profile by what it says: the first 128 bits of a SHA-256, without a space. */
export function profileId(profile: KeyProfile): string {
  return createHash("sha256").update(JSON.stringify(profile)).digest("base64url").slice(0, 22);
}
