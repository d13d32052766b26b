import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 62⁴³ > 2²⁵⁶ and 62⁶ > 2³². */
const bodyLength = 43;
const checksumLength = 6;

export const virtualKeyPrefix = "hg-";
export const adminTokenPrefix = "hga-";

/** Makes a secret: prefix, base62 of 256 random bits, CRC-32 of both as six base62 digits. */
export function generateVirtualKey(prefix: string = virtualKeyPrefix): string {
  const body = base62(BigInt(`0x${randomBytes(32).toString("hex")}`), bodyLength);
  return `${prefix}${body}${checksum(prefix + body)}`;
}

/** SHA-256 of the secret as lower-case hex: what is stored and looked up in its place. */
export function hashSecret(secret: string): string {
  // In one call: 1.1 µs, against 2.6 µs through a hash object.
  return hash("sha256", secret, "hex");
}

/** Compares two hashes of equal form in constant time. */
export function sameHash(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The characters of a secret that may be shown to tell it from others: the first eight, fewer of a short one. */
export function secretHint(secret: string): string {
  return secret.slice(0, Math.min(8, Math.floor(secret.length / 4)));
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength);
}

function base62(value: bigint, length: number): string {
  let digits = "";
  for (let rest = value; digits.length < length; rest /= 62n) digits = (alphabet[Number(rest % 62n)] ?? "") + digits;
  return digits;
}
