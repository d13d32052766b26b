import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Encrypts secrets for the disk. */
export type SecretBox = {
  /** `context` says what the secret belongs to; it opens under the same context only. */
  readonly seal: (secret: string, context: string) => Uint8Array;
  /** Throws when the box was sealed with another key or for another context, or was changed. */
  readonly open: (box: Uint8Array, context: string) => string;
};

const nonceBytes = 12;
const tagBytes = 16;
const version = 1;

/** AES-256-GCM under a key derived (HKDF-SHA-256) from the master key. A box: version, nonce, tag, ciphertext. */
export function createSecretBox(masterKey: string): SecretBox {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", "headgate secret box v1", 32));
  return {
    seal: (secret, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed]);
    },
    open: (box, context) => {
      if (box[0] !== version) throw new Error(`Cannot open a secret: it has version ${box[0]}, ${version} is needed`);
      const [nonce, tag, sealed] = [
        box.subarray(1, 1 + nonceBytes),
        box.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes),
        box.subarray(1 + nonceBytes + tagBytes),
      ];
      const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString("utf8");
    },
  };
}
