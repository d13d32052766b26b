import { randomBytes } from "node:crypto";
import { hashSecret } from "#core/virtual-key";

/** 256 random bits, as text that can stand in a cookie or a fragment. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether a text can be such a secret; nothing else is looked up. */
export function isSecret(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/**
 * What a page sends with each change that it makes. Only who may read answers to the session's cookie knows it, which the
 * pages of other sites may not.
 */
export function csrfTokenOf(secret: string): string {
  return hashSecret(`csrf ${secret}`);
}
