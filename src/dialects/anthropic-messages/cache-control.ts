import type { CacheMarker, Extensions } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { setDefined, unknownFields } from "../fields";
import { keep } from "./wire";

type Cached = { readonly cache?: CacheMarker };

/** Names of the fields that are read of a kind of block or tool: all of them, and without its marker. */
type BlockFields = { readonly all: ReadonlySet<string>; readonly unmarked: ReadonlySet<string> };

export function blockFields(...names: readonly string[]): BlockFields {
  return { all: new Set([...names, "cache_control"]), unmarked: new Set(names) };
}

/** The marker of a block or tool, and its fields but those that are read. A marker that is not understood is one of these. */
export function decodeRest(block: JsonObject, { all, unmarked }: BlockFields): Rest {
  const cache = decodeCacheControl(block.cache_control);
  const { extensions } = keep(unknownFields(block, cache === undefined ? unmarked : all));
  if (cache === undefined && extensions === undefined) return nothing;
  const rest: Draft<Rest> = {};
  setDefined(rest, "cache", cache);
  setDefined(rest, "extensions", extensions);
  return rest;
}

type Rest = Cached & { readonly extensions?: Extensions };

const nothing: Rest = {};

function decodeCacheControl(control: Json | undefined): CacheMarker | undefined {
  if (!isObject(control) || control.type !== "ephemeral") return undefined;
  if (control.ttl === "1h") return { ttl: "1h" };
  return control.ttl == null || control.ttl === "5m" ? { ttl: "5m" } : undefined;
}

const none: JsonObject = {};

export function encodeCacheControl(part: Cached): JsonObject {
  if (!part.cache) return none;
  // Five minutes is the default and is understood by every model.
  return { cache_control: { type: "ephemeral", ...(part.cache.ttl === "1h" && { ttl: "1h" }) } };
}
