import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";

/** An object that lives at a provider, or is kept here, as the gateway knows it. */
export type StoredObject = {
  /** What its ids begin with, e.g. `resp`. */
  readonly kind: string;
  /** The virtual key that it belongs to; "" where requests need none. */
  readonly owner: string;
  /** Where it lives: `originTag` of `origins.ts`. */
  readonly origin: Uint8Array;
  /** Its id there. */
  readonly id: string;
};

/**
 * Ids of such objects as clients see them: `<kind>_hg_<token>`. The same object always has the same id. Who it belongs to is
 * no part of it, but of what it is checked against: to another owner it reads as one that never was.
 */
export type ObjectIds = {
  readonly seal: (object: StoredObject) => string;
  /** Undefined for what was not made here, or not for this owner. */
  readonly open: (text: string, kind: string, owner: string) => Pick<StoredObject, "origin" | "id"> | undefined;
};

export const originBytes = 8;
const macBytes = 16;
const keyBytes = 32;
const mark = "_hg_";

/** Whether an id claims to be one of ours. */
export function isSealed(text: string): boolean {
  return text.includes(mark);
}

/**
 * The token, base64url: the first 16 bytes of HMAC-SHA-256 over kind, owner, origin and id, then origin and id under AES-256 in
 * counter mode with that code as the counter's start (a synthetic IV, RFC 5297 § 1): what a provider called it is not shown.
 * `secret`: 64 bytes in hex, the same in all workers.
 */
export function createObjectIds(secret: string): ObjectIds {
  const bytes = Buffer.from(secret, "hex");
  const macKey = bytes.subarray(0, keyBytes);
  const key = bytes.subarray(keyBytes, 2 * keyBytes);
  const macOf = (kind: string, owner: string, plain: Uint8Array) =>
    createHmac("sha256", macKey).update(`${kind}\0${owner}\0`).update(plain).digest().subarray(0, macBytes);

  return {
    seal: ({ kind, owner, origin, id }) => {
      const plain = Buffer.concat([origin, Buffer.from(id)]);
      const mac = macOf(kind, owner, plain);
      const hidden = createCipheriv("aes-256-ctr", key, mac).update(plain);
      return `${kind}${mark}${Buffer.concat([mac, hidden]).toString("base64url")}`;
    },
    open: (text, kind, owner) => {
      const start = `${kind}${mark}`;
      if (!text.startsWith(start)) return undefined;
      const token = Buffer.from(text.slice(start.length), "base64url");
      if (token.length <= macBytes + originBytes) return undefined;
      const mac = token.subarray(0, macBytes);
      const plain = createDecipheriv("aes-256-ctr", key, mac).update(token.subarray(macBytes));
      if (!timingSafeEqual(mac, macOf(kind, owner, plain))) return undefined;
      return { origin: plain.subarray(0, originBytes), id: plain.subarray(originBytes).toString() };
    },
  };
}
