import { createHash } from "node:crypto";
import type { KeyProfile } from "./key-profile";

/** Names a profile by what it says, wherever in it the limits stand: the first 128 bits of a SHA-256, without a space. */
export function profileId({ limits, ...alike }: KeyProfile): string {
  return createHash("sha256")
    .update(JSON.stringify([alike, limits]))
    .digest("base64url")
    .slice(0, 22);
}
