import { createHash } from "node:crypto";

/** The signature that a thinking block carries and must carry when it comes back. */
export function thinkingSignature(thinking: string): string {
  return `Eq${createHash("sha256").update(`fake:${thinking}`).digest("base64")}`;
}
