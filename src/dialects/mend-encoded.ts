import type { JsonObject } from "#lib/json";
import { spliceTopLevel } from "#lib/json-splice";
import { scanWritten, writeJson } from "#lib/json-text";
import { pathOfClient } from "./client-words";
import { type Mend, type Mended, mendBody } from "./mend";
import { fieldNamesOf, type RequestBody } from "./request-body";
import type { EncodedRequest } from "./translation";

/** A translated body as its target takes it. Paths are the client's. */
export type MendedRequest = Omit<Mended, "changes"> & { readonly body: Uint8Array | string };

/** Makes what an encoder wrote fit its target. `client` is the request that was translated. */
export function mendEncoded(encoded: EncodedRequest, mends: readonly Mend[], client: RequestBody): MendedRequest {
  const lost = encoded.dropped;
  const bytes = bytesOf(writeJson(encoded.body));
  if (!isAnyConcerned(encoded.body, bytes, mends))
    return { body: bytes, lost, respelled: nothing, toolNames: undefined };
  const scan = scanWritten(encoded.body, bytes);
  const mended = mendBody(scan, mends);
  if (mended === undefined) return { body: bytes, lost, respelled: nothing, toolNames: undefined };
  const fields = fieldNamesOf(client);
  const inClient = (path: string) => pathOfClient(path, fields, encoded.messagePaths);
  return {
    body: spliceTopLevel(scan, mended.changes),
    lost: distinct([...lost, ...mended.lost.map(inClient)]),
    respelled: distinct(mended.respelled.map(inClient)),
    toolNames: mended.toolNames,
  };
}

/** `Buffer.from` would have the collector count the bytes twice, and come the sooner. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

const nothing: readonly string[] = [];

/** Told before the fields are looked for, which costs more than all looks at the bytes. */
function isAnyConcerned(body: JsonObject, bytes: Buffer, mends: readonly Mend[]): boolean {
  for (let index = 0; index < mends.length; index++) {
    const mend = mends[index];
    if (mend !== undefined && isConcerned(body, bytes, mend)) return true;
  }
  return false;
}

function isConcerned(body: JsonObject, bytes: Buffer, { concerns, fields }: Mend): boolean {
  for (let index = 0; index < fields.length; index++) {
    if (body[fields[index] ?? ""] !== undefined) return concerns === undefined || concerns(bytes);
  }
  return false;
}

function distinct(paths: readonly string[]): readonly string[] {
  return paths.length < 2 ? paths : [...new Set(paths)];
}
