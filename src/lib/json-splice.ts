import type { Json } from "./json";
import type { JsonScan } from "./json-scan";

/** Takes a field out. */
export const removed = Symbol("removed");

/** New values of top-level fields: as a value, or as JSON text that is carried as it stands. `undefined` changes nothing. */
export type FieldChanges = { readonly [field: string]: Json | Uint8Array | typeof removed | undefined };

/** Sets top-level fields, in place or after the last one, or takes them out, and keeps every other byte. */
export function spliceTopLevel(scan: JsonScan, changes: FieldChanges): Uint8Array {
  const { bytes, fields, closeAt } = scan;
  const parts: Uint8Array[] = [];
  const pending = new Map(Object.entries(changes).filter(([, value]) => value !== undefined));
  let keptUpTo = 0;
  let keptFields = 0;
  for (const [index, { key, keyStart, valueStart, valueEnd }] of fields.entries()) {
    const change = pending.get(key);
    pending.delete(key);
    if (change === removed) {
      // With the comma before it; the first one with the comma behind it.
      const from = keptFields === 0 ? keyStart : (fields[index - 1]?.valueEnd ?? keyStart);
      parts.push(bytes.subarray(keptUpTo, from));
      keptUpTo = keptFields === 0 ? (fields[index + 1]?.keyStart ?? valueEnd) : valueEnd;
      continue;
    }
    keptFields += 1;
    if (change === undefined) continue;
    parts.push(bytes.subarray(keptUpTo, valueStart), textOfChange(change));
    keptUpTo = valueEnd;
  }
  const added = [...pending].flatMap(([key, change]) =>
    change === removed || change === undefined ? [] : [{ key, change }],
  );
  if (added.length > 0) {
    const end = fields.at(-1)?.valueEnd ?? closeAt;
    parts.push(bytes.subarray(keptUpTo, end));
    for (const [index, { key, change }] of added.entries()) {
      const comma = keptFields + index === 0 ? "" : ",";
      parts.push(Buffer.from(`${comma}${JSON.stringify(key)}:`), textOfChange(change));
    }
    keptUpTo = end;
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(keptUpTo)]);
}

function textOfChange(change: Json | Uint8Array): Uint8Array {
  return change instanceof Uint8Array ? change : Buffer.from(JSON.stringify(change));
}
