import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { maxCatalogBytes } from "./read-catalog";

/** Where a catalog is fetched, and how it is known to be the right one: by its SHA-256, or by who signed it. */
export type CatalogSource = { readonly url: string; readonly sha256?: string; readonly publicKey?: string };

const timeoutMs = 30_000;
const maxSignatureBytes = 1024;

/**
 * Fetches a catalog and checks its bytes: against a SHA-256 (hex), or against an Ed25519 signature (RFC 8032) of them, base64,
 * that stands at the same address with `.sig` behind its path. Bounded in time and size, and follows no redirect. Throws what
 * is wrong in words.
 */
export async function fetchCatalog({ url, sha256, publicKey }: CatalogSource): Promise<string> {
  const bytes = await fetchBytes(url, maxCatalogBytes);
  if (sha256 !== undefined && createHash("sha256").update(bytes).digest("hex") !== sha256.toLowerCase())
    throw new Error("what came has another SHA-256 than the one that is set");
  if (publicKey !== undefined) {
    const signature = (await fetchBytes(signatureUrl(url), maxSignatureBytes)).toString("latin1").trim();
    if (!verify(null, bytes, ed25519Key(publicKey), Buffer.from(signature, "base64")))
      throw new Error("its signature is not of the key that is set");
  }
  return bytes.toString("utf8");
}

/** A key as its 32 bytes, base64. Throws where it is none. */
export function ed25519Key(base64: string): KeyObject {
  const raw = Buffer.from(base64, "base64");
  if (raw.length !== 32) throw new Error("an Ed25519 key is 32 bytes, as base64");
  return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
}

/** SubjectPublicKeyInfo of an Ed25519 key up to its bytes: https://www.rfc-editor.org/rfc/rfc8410#section-4 */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

function signatureUrl(url: string): string {
  const address = new URL(url);
  address.pathname += ".sig";
  return address.href;
}

async function fetchBytes(url: string, most: number): Promise<Buffer> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`it was answered with status ${response.status}`);
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body) {
    length += piece.length;
    // Leaving the loop closes the connection.
    if (length > most) throw new Error(`it is longer than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
