import { isArray, isObject, type Json, type JsonObject } from "#lib/json";

/** Strings of a streamed message that come in pieces; all others come whole. */
const growing: ReadonlySet<string> = new Set(["data", "transcript", "input", "arguments", "text"]);

/** Deeper than anything real; what is deeper is replaced, not merged. */
const deepest = 64;

/** Adds a delta to the value of an opaque item (audio, images, custom tool calls): what a whole answer would hold. */
export function mergeOpaque(value: Json, delta: Json, key = "", depth = 0): Json {
  if (typeof value === "string" && typeof delta === "string") return growing.has(key) ? value + delta : delta;
  if (depth === deepest) return delta;
  if (isArray(value) && isArray(delta)) return mergeLists(value, delta, depth);
  return isObject(value) && isObject(delta) ? mergeObjects(value, delta, depth) : delta;
}

function mergeObjects(value: JsonObject, delta: JsonObject, depth: number): JsonObject {
  const merged = new Map(Object.entries(value));
  for (const [key, added] of Object.entries(delta)) {
    const known = merged.get(key);
    if (added === undefined) continue;
    merged.set(key, known === undefined ? added : mergeOpaque(known, added, key, depth + 1));
  }
  return Object.fromEntries(merged);
}

/** Entries that carry an `index` grow; others are new. */
function mergeLists(value: readonly Json[], delta: readonly Json[], depth: number): readonly Json[] {
  const merged = [...value];
  for (const added of delta) {
    const at = isObject(added) ? merged.findIndex((entry) => isSameEntry(entry, added)) : -1;
    const known = merged[at];
    if (known === undefined) merged.push(added);
    else merged[at] = mergeOpaque(known, added, "", depth + 1);
  }
  return merged;
}

function isSameEntry(entry: Json, added: JsonObject): boolean {
  return isObject(entry) && typeof added.index === "number" && entry.index === added.index;
}
