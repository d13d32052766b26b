import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, statfs, unlink } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { startOfId } from "#core/ids";
import { isObject, stringOf, tryParseJson } from "#lib/json";

/** An answer that is kept here, with what was asked: for clients that go on from it by its id alone. */
export type KeptResponse = {
  /** The id of the one that it continued. */
  readonly previous?: string;
  /** The items that were asked, as JSON text of a list. */
  readonly input: string;
  /** The response object, as JSON text. */
  readonly response: string;
};

/** Kept in files that all workers see, so that what one has answered the others can continue at once. */
export type KeptResponses = {
  /** Rejects where it cannot be kept. `id`: of the request, 32 hex digits. */
  readonly save: (id: string, owner: string, kept: KeptResponse) => Promise<void>;
  /** Undefined where none is kept (any more), or another's. */
  readonly read: (id: string, owner: string) => Promise<KeptResponse | undefined>;
  /** False where there was none. */
  readonly remove: (id: string, owner: string) => Promise<boolean>;
};

/** Of input and answer together. */
export const mostKeptBytes = 8 * 1024 * 1024;
export const keptDays = 30;
const dayMs = 86_400_000;
/** Space that records need more. */
const leastFreeBytes = 256 * 1024 * 1024;
const nonceBytes = 12;
const tagBytes = 16;
const version = 1;

type Parts = {
  readonly directory: string;
  /** 64 bytes, hex; undefined where there is none: then nothing is kept. */
  readonly secret: () => string | undefined;
  readonly nowMs: () => number;
};

/**
 * A folder a day (`YYYY-MM-DD`, of the request's start) with a file for each: version, nonce, tag, and its JSON, compressed
 * (zstd) and under AES-256-GCM, which opens with its id and owner alone.
 */
export function createKeptResponses({ directory, nowMs, secret }: Parts): KeptResponses {
  const placeOf = (id: string) => join(directory, dayOf(startOfId(id)));

  const read: KeptResponses["read"] = async (id, owner) => {
    const key = keyOf(secret());
    if (key === undefined || !idForm.test(id) || nowMs() - startOfId(id) > keptDays * dayMs) return undefined;
    const bytes = await readFile(join(placeOf(id), id)).catch(ifMissing);
    return bytes === undefined ? undefined : opened(bytes, key, contextOf(id, owner));
  };

  return {
    read,
    save: async (id, owner, kept) => {
      const key = keyOf(secret());
      if (key === undefined) throw new Error("Cannot keep a response: the control plane has handed out no secret");
      const folder = placeOf(id);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize < leastFreeBytes) throw new Error("Cannot keep a response: the disk is nearly full");
      const name = join(folder, `.${id}.new`);
      const file = await open(name, "w", 0o600);
      try {
        await file.writeFile(sealed(kept, key, contextOf(id, owner)));
      } finally {
        await file.close();
      }
      await rename(name, join(folder, id));
    },
    remove: async (id, owner) => {
      if ((await read(id, owner)) === undefined) return false;
      await unlink(join(placeOf(id), id)).catch(ifMissing);
      return true;
    },
  };
}

const idForm = /^[0-9a-f]{32}$/;

/** The folder of the requests that started then. */
export function dayOf(startMs: number): string {
  return new Date(startMs).toISOString().slice(0, 10);
}

function contextOf(id: string, owner: string): Buffer {
  return Buffer.from(`kept response\0${id}\0${owner}`);
}

/** Another key than the one that ids are sealed with. */
function keyOf(secret: string | undefined): Buffer | undefined {
  return secret === undefined
    ? undefined
    : createHmac("sha256", Buffer.from(secret, "hex")).update("kept responses v1").digest();
}

function sealed(kept: KeptResponse, key: Buffer, context: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(context);
  const packed = zstdCompressSync(Buffer.from(JSON.stringify(kept)));
  const hidden = Buffer.concat([cipher.update(packed), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), hidden]);
}

/** Undefined for what another owner has, and for what was damaged. */
function opened(bytes: Buffer, key: Buffer, context: Buffer): KeptResponse | undefined {
  if (bytes[0] !== version) return undefined;
  const tagAt = 1 + nonceBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, tagAt)).setAAD(context);
  decipher.setAuthTag(bytes.subarray(tagAt, tagAt + tagBytes));
  try {
    const packed = Buffer.concat([decipher.update(bytes.subarray(tagAt + tagBytes)), decipher.final()]);
    return parsed(zstdDecompressSync(packed).toString());
  } catch {
    return undefined;
  }
}

function parsed(text: string): KeptResponse | undefined {
  const json = tryParseJson(text);
  if (!isObject(json)) return undefined;
  const [input, response, previous] = ["input", "response", "previous"].map((name) => stringOf(json, name));
  if (input === undefined || response === undefined) return undefined;
  return previous === undefined ? { input, response } : { input, response, previous };
}

function ifMissing(cause: unknown): undefined {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
  throw cause;
}
