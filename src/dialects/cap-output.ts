import { bufferOf } from "#lib/buffer-of";
import { JsonFields } from "#lib/json-fields";
import { JsonNode } from "#lib/json-node";
import { type JsonScan, readFields } from "#lib/json-scan";
import { type FieldChanges, removed } from "#lib/json-splice";
import { lookAlikeFields } from "./look-alike-fields";

/**
 * The changes with an output limit of ours, `most` tokens: under the target's `name` for it (`inferenceConfig.maxTokens` is a
 * level down), and in the place of every larger one that the request would have under any name.
 */
export function cappedOutput(body: JsonScan, changes: FieldChanges, name: string, most: number): FieldChanges {
  const [parent = name, inner] = name.split(".");
  if (inner !== undefined) {
    const written = spelledAs(
      parent,
      (each) => changes[each] !== undefined || body.fields.some(({ key }) => key === each),
    );
    return { ...changes, [written]: cappedInside(body, changes[written], written, inner, most) };
  }
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

/** The parent's other fields keep their bytes. */
function cappedInside(
  body: JsonScan,
  changed: FieldChanges[string],
  parent: string,
  name: string,
  most: number,
): Uint8Array {
  const node = changed === undefined ? new JsonFields(body).get(parent) : nodeOf(changed);
  const object = node?.isObject === true ? node : JsonNode.of({});
  const written = spelledAs(name, (each) => object.get(each) !== undefined);
  const limit = Number(object.get(written)?.json() ?? most);
  object.set(written, limit >= 1 ? Math.min(limit, most) : most);
  return object.write();
}

/** Google takes each name in snake case as well, but not both (https://protobuf.dev/programming-guides/json/). */
function spelledAs(name: string, isThere: (name: string) => boolean): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return !isThere(name) && isThere(snake) ? snake : name;
}

function nodeOf(changed: Exclude<FieldChanges[string], undefined>): JsonNode {
  if (changed instanceof Uint8Array) return JsonNode.ofText(bufferOf(changed));
  return JsonNode.of(changed === removed ? {} : changed);
}
