import type { JsonObject } from "#lib/json";
import { scanTopLevel } from "#lib/json-scan";
import { spliceTopLevel } from "#lib/json-splice";
import { writeJson } from "#lib/json-text";
import { pathOfClient } from "./client-words";
import { type Mend, type Mended, mendBody } from "./mend";
import { fieldNamesOf, type RequestBody } from "./request-body";
import type { EncodedRequest } from "./translation";

/** A translated body as its target takes it. Paths are the client's. */
export type MendedRequest = Omit<Mended, "changes"> & { readonly body: Uint8Array | string };

/** Makes what an encoder wrote fit its target. `client` is the request that was translated. */
export function mendEncoded(encoded: EncodedRequest, mends: readonly Mend[], client: RequestBody): MendedRequest {
  const text = writeJson(encoded.body);
  const lost = encoded.dropped;
  const bytes = Buffer.from(text);
  if (!mends.some((mend) => isConcerned(encoded.body, bytes, mend)))
    return { body: bytes, lost, respelled: [], toolNames: undefined };
  const scan = scanTopLevel(bytes);
  const mended = mendBody(scan, mends);
  if (mended === undefined) return { body: scan.bytes, lost, respelled: [], toolNames: undefined };
  const fields = fieldNamesOf(client);
  const inClient = (path: string) => pathOfClient(path, fields, encoded.messagePaths);
  return {
    body: spliceTopLevel(scan, mended.changes),
    lost: distinct([...lost, ...mended.lost.map(inClient)]),
    respelled: distinct(mended.respelled.map(inClient)),
    toolNames: mended.toolNames,
  };
}

/** Told before the body is scanned, which costs more than all looks at its bytes. */
function isConcerned(body: JsonObject, bytes: Buffer, { concerns, fields }: Mend): boolean {
  for (let index = 0; index < fields.length; index++) {
    if (body[fields[index] ?? ""] !== undefined) return concerns === undefined || concerns(bytes);
  }
  return false;
}

function distinct(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}
