import type { CacheMarker } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";

type Cached = { readonly cache?: CacheMarker };

/** The marker of a block or tool. One that is not understood is left among the unknown fields (see `cacheFields`). */
export function decodeCacheControl(block: JsonObject): Cached {
  const control = block.cache_control;
  if (!isObject(control) || control.type !== "ephemeral") return {};
  if (control.ttl === "1h") return { cache: { ttl: "1h" } };
  return control.ttl == null || control.ttl === "5m" ? { cache: { ttl: "5m" } } : {};
}

/** The names of the fields that `decodeCacheControl` took from this block. */
export function cacheFields(block: JsonObject): readonly string[] {
  return block.cache_control === null || decodeCacheControl(block).cache ? ["cache_control"] : [];
}

export function encodeCacheControl(part: Cached): JsonObject {
  if (!part.cache) return {};
  // Five minutes is the default and is understood by every model.
  return { cache_control: { type: "ephemeral", ...(part.cache.ttl === "1h" && { ttl: "1h" }) } };
}
