import type { JsonObject } from "#lib/json";
import { spliceTopLevel } from "#lib/json-splice";
import { WrittenObject } from "#lib/json-text";
import { pathOfClient } from "./client-words";
import { type Mend, type Mended, mendBody } from "./mend";
import { fieldNamesOf, type RequestBody } from "./request-body";
import type { EncodedRequest } from "./translation";

/** A translated body as its target takes it. Paths are the client's. */
export type MendedRequest = Omit<Mended, "changes"> & { readonly body: Uint8Array | string };

/** Makes what an encoder wrote fit its target. `client` is the request that was translated. */
export function mendEncoded(encoded: EncodedRequest, mends: readonly Mend[], client: RequestBody): MendedRequest {
  const lost = inWordsOfClient(encoded.dropped, client);
  const written = new WrittenObject(encoded.body);
  const { bytes } = written;
  if (!isAnyConcerned(encoded.body, bytes, mends))
    return { body: bytes, lost, respelled: nothing, toolNames: undefined };
  const scan = written.scan();
  const mended = mendBody(scan, mends);
  if (mended === undefined) return { body: bytes, lost, respelled: nothing, toolNames: undefined };
  const fields = fieldNamesOf(client);
  const inClient = (path: string) => pathOfClient(path, fields, encoded.messagePaths);
  return {
    body: spliceTopLevel(scan, mended.changes),
    lost: withPaths(lost, mended.lost, inClient),
    respelled: withPaths(nothing, mended.respelled, inClient),
    toolNames: mended.toolNames,
  };
}

const nothing: readonly string[] = [];

/** Encoders name what they leave out in the pivot's words, and messages by the client's own places. */
function inWordsOfClient(dropped: readonly string[], client: RequestBody): readonly string[] {
  if (dropped.length === 0) return dropped;
  const fields = fieldNamesOf(client);
  return [...new Set(dropped.map((path) => (path.startsWith("messages") ? path : pathOfClient(path, fields))))];
}

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

/** Each path once. */
function withPaths(
  known: readonly string[],
  paths: readonly string[],
  inClient: (path: string) => string,
): readonly string[] {
  if (paths.length === 0) return known;
  const all = paths.map(inClient);
  return all.length + known.length === 1 ? all : [...new Set([...known, ...all])];
}
