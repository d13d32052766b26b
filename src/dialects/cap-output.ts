import type { JsonScan } from "#lib/json-scan";
import { readFields } from "#lib/json-scan";
import { type FieldChanges, removed } from "#lib/json-splice";
import { lookAlikeFields } from "./look-alike-fields";

/**
 * The changes with an output limit of ours, `most` tokens: under the target's `name` for it, and in the place of every
 * larger one that the request would have under any name.
 */
export function cappedOutput(body: JsonScan, changes: FieldChanges, name: string, most: number): FieldChanges {
  const given = readFields(body, lookAlikeFields.outputLimits);
  const capped: { [field: string]: FieldChanges[string] } = { ...changes, [name]: most };
  for (const field of lookAlikeFields.outputLimits) {
    const value = changes[field] ?? given[field];
    if (value === undefined || value === null || value === removed) continue;
    const limit = Number(value instanceof Uint8Array ? Buffer.from(value).toString() : value);
    // One below 1 is read as none.
    capped[field] = limit >= 1 ? Math.min(limit, most) : most;
  }
  return capped;
}
