import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { ObjectReference } from "#core/object-reference";
import type { Provider, ProviderKey, Snapshot, VirtualKey } from "#core/snapshot";
import { compileGlob } from "#lib/glob";
import type { Json } from "#lib/json";
import { FindIds } from "./find-ids";
import { isSealed } from "./object-ids";
import { createOriginFinder, isHere, type Origin } from "./origins";

/** What a request refers to, as its provider knows it. */
export type OpenedObjects = {
  /** Where all of it lives; undefined where that is not known: it was not made through the gateway. */
  readonly origin: Origin | undefined;
  /** It is kept here. */
  readonly isKept: boolean;
  /** The id that stands in the path. */
  readonly pathId: string | undefined;
  /** What stands in the fields that refer to something. */
  readonly fields: { readonly [field: string]: Json };
  /** The query as the provider is to be asked. */
  readonly query: string;
  /** The ids of the provider, and how the client knows them. */
  readonly names: ReadonlyMap<string, string>;
};

/** Who asks. */
export type ObjectCaller = { readonly key: VirtualKey | undefined; readonly snapshot: Snapshot };

/**
 * Opens what a request refers to. Throws GatewayError `not_found` for an id that was not made here for this caller, or whose
 * provider or key is gone, `endpoint_not_allowed` for what concerns a provider's whole account, `invalid_request` where two
 * of them live at different places.
 */
export type OpenObjects = (
  inference: Pick<InferenceRequest, "objectPath" | "query">,
  references: readonly ObjectReference[],
  caller: ObjectCaller,
) => OpenedObjects | undefined;

type Parts = {
  readonly keysOf: (provider: Provider) => readonly ProviderKey[];
  /** Whether a virtual key has made a request. */
  readonly isUsed: (key: VirtualKey) => boolean;
};

export function createObjectOpener({ isUsed, keysOf }: Parts): OpenObjects {
  const found = new FindIds();
  const findOrigin = createOriginFinder(keysOf);

  const open = (id: string, kind: string, field: string, { key, snapshot }: ObjectCaller) => {
    if (!isSealed(id)) {
      if (!seesWholeAccount({ key, snapshot }, isUsed)) throw missing(id, field);
      return { id, origin: undefined, isKept: false };
    }
    const opened = found.of(snapshot.settings)?.open(id, kind, key?.id ?? "");
    if (opened === undefined) throw missing(id, field);
    if (isHere(opened.origin)) return { id: opened.id, origin: undefined, isKept: true };
    const origin = findOrigin(snapshot, opened.origin);
    if (origin === undefined) throw gone(id, field);
    return { id: opened.id, origin, isKept: false };
  };

  const openAll = (
    { objectPath: path, query }: Pick<InferenceRequest, "objectPath" | "query">,
    references: readonly ObjectReference[],
    caller: ObjectCaller,
  ): OpenedObjects => {
    if (path?.isAccountWide === true && !seesWholeAccount(caller, isUsed)) throw accountWide();
    let origin: Origin | undefined;
    const names = new Map<string, string>();
    let isKept = false;
    const idOf = (id: string, kind: string, field: string): string => {
      const opened = open(id, kind, field, caller);
      if (origin !== undefined && opened.origin !== undefined && !isSame(origin, opened.origin)) throw apart(field);
      origin ??= opened.origin;
      names.set(opened.id, id);
      isKept ||= opened.isKept;
      return opened.id;
    };
    const pathId = path?.id === undefined ? undefined : idOf(path.id, path.kind ?? "", "id");
    const fields: { [field: string]: Json } = {};
    for (const { field, id, kind, write } of references) fields[field] = write(idOf(id, kind, field));
    const asked = path === undefined ? "" : queryWith(query, idOf);
    return { origin, isKept, pathId, fields, query: asked, names };
  };

  // Apart, for its closures would cost every request a scope.
  return (inference, references, caller) =>
    inference.objectPath === undefined && references.length === 0 ? undefined : openAll(inference, references, caller);
}

/** A page is asked for by the id that the one before ended with. */
function queryWith(query: string, idOf: (id: string, kind: string, field: string) => string): string {
  if (!isSealed(query)) return query;
  const pairs = new URLSearchParams(query);
  for (const [name, value] of [...pairs]) {
    if (isSealed(value)) pairs.set(name, idOf(value, value.slice(0, value.indexOf("_hg_")), name));
  }
  return `?${pairs}`;
}

/**
 * What was not made through the gateway, and lists of all that is at a provider: for keys whose endpoints name `passthrough`, and
 * for the only key that was ever used, since nobody else can have made anything.
 */
function seesWholeAccount({ key, snapshot }: ObjectCaller, isUsed: Parts["isUsed"]): boolean {
  if (key?.endpoints.some((pattern) => pattern !== "*" && compileGlob(pattern)("passthrough")) === true) return true;
  if (snapshot.virtualKeys.size > mostLookedAt) return false;
  for (const other of snapshot.virtualKeys.values()) if (other.id !== key?.id && isUsed(other)) return false;
  return true;
}

/** Of more keys it is not asked which were used. */
const mostLookedAt = 100;

function isSame(left: Origin, right: Origin): boolean {
  return left.provider.id === right.provider.id && left.key.id === right.key.id;
}

function missing(id: string, field: string): GatewayError {
  return new GatewayError("not_found", `Cannot find "${id.slice(0, 200)}": no such object of this key is known`, {
    param: field,
  });
}

function gone(id: string, field: string): GatewayError {
  return new GatewayError(
    "not_found",
    `Cannot find "${id.slice(0, 200)}": the provider or the key that it lives at is configured no more`,
    { param: field },
  );
}

function apart(field: string): GatewayError {
  return new GatewayError(
    "invalid_request",
    `Cannot serve the request: what "${field}" names lives at another provider`,
    {
      param: field,
    },
  );
}

function accountWide(): GatewayError {
  return new GatewayError(
    "endpoint_not_allowed",
    "Cannot serve the request: it concerns all that is at a provider, so the endpoints of the key must name passthrough",
  );
}
