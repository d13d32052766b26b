import { isObject, type Json, type JsonObject } from "#lib/json";
import { type JsonScan, readFields, scanTopLevel, textOf } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";
import { type FieldChanges, removed, spliceTopLevel } from "#lib/json-splice";
import { type GatewayAsk, type GatewayMeaning, readAsked } from "./gateway-ask";
import { meanings, metadataMeanings, prefixes } from "./gateway-field-table";
import type { RequestBody } from "./request-body";

/** What a client asks of a gateway, and the changes after which its request holds nothing of that. */
export type GatewayFields = { readonly ask: GatewayAsk; readonly changes: FieldChanges };

/** Undefined where there are none: nearly always, and for the price of a look at each top-level name. */
export function readGatewayFields(body: RequestBody): GatewayFields | undefined {
  if (body.kind !== "json") return undefined;
  let found: Found | undefined;
  for (let index = 0; index < body.fields.length; index++) {
    const field = body.fields[index];
    if (field === undefined) continue;
    const { key, valueStart, valueEnd } = field;
    const meaning = meanings.get(key);
    if (meaning !== undefined || (key.includes("_") && prefixes.test(key))) {
      found ??= new Found();
      const value = readFields(body, [key])[key] ?? null;
      if (key === "litellm_metadata" && isObject(value)) found.addMetadata(key, value);
      else found.add(key, meaning ?? "nothing", value);
      found.changes[key] = removed;
    } else if (key === "metadata" && metadataWords.test(textOf(body.bytes, valueStart, valueEnd))) {
      const own = readMetadata(body.bytes.subarray(valueStart, valueEnd));
      if (own === undefined) continue;
      found ??= new Found();
      found.addMetadata(key, own.taken);
      found.changes.metadata = own.rest;
    }
  }
  return found && { ask: readAsked(found.asked, found.dropped), changes: found.changes };
}

const metadataWords = new RegExp(`"(?:${[...metadataMeanings.keys()].join("|")})"`);

class Found {
  readonly asked: { readonly means: GatewayMeaning; readonly name: string; readonly value: Json }[] = [];
  readonly dropped: string[] = [];
  readonly changes: { [name: string]: FieldChanges[string] } = {};

  add(name: string, means: GatewayMeaning, value: Json): void {
    if (value === null) return;
    if (means === "nothing") this.dropped.push(name);
    else this.asked.push({ means, name, value });
  }

  addMetadata(field: string, values: JsonObject): void {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue;
      const means = name === "session_id" ? "session" : (metadataMeanings.get(name) ?? "nothing");
      this.add(`${field}.${name}`, means, value);
    }
  }
}

/**
 * What of `metadata` is a gateway's, and its text without it. A session's name is only there beside others: alone it may be
 * the client's own word to its provider. Undefined where it is no object that can be told apart.
 */
function readMetadata(
  bytes: Buffer,
): { readonly taken: JsonObject; readonly rest: Uint8Array | typeof removed } | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  const scan = scanObject(bytes);
  if (scan === undefined) return undefined;
  const names = scan.fields.map(({ key }) => key);
  const isTaken = (name: string) => metadataMeanings.has(name) || name === "session_id";
  if (!names.some((name) => metadataMeanings.has(name))) return undefined;
  const taken = readFields(scan, names.filter(isTaken));
  if (names.every(isTaken)) return { taken, rest: removed };
  return {
    taken,
    rest: spliceTopLevel(scan, Object.fromEntries(names.filter(isTaken).map((name) => [name, removed]))),
  };
}

/** Undefined where two readers may take it differently: the provider is to judge it. */
function scanObject(bytes: Buffer): JsonScan | undefined {
  try {
    return scanTopLevel(bytes);
  } catch (cause) {
    if (cause instanceof JsonScanError) return undefined;
    throw cause;
  }
}
