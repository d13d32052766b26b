import type { BlockList } from "node:net";
import { GatewayError } from "#core/errors";
import { compileModelPattern } from "#core/model-names";
import type { VirtualKey } from "#core/snapshot";
import type { ModelRef } from "#core/target";
import { addressList, isListed } from "#lib/client-address";
import { compileGlob, matchesAny } from "#lib/glob";

/**
 * What a virtual key may use at an endpoint. All keys with the same lists share one object for each endpoint, so that
 * what follows from it can be prepared once for all of them.
 */
export type Access = {
  readonly allowsModel: (askedModel: string) => boolean;
  /** Whether the key may be served by this model at this provider. */
  readonly allowsTarget: (target: ModelRef) => boolean;
};

/** Decides what a virtual key may do. Patterns are compiled once for all keys with the same, and forgotten with them. */
export type Authorizer = {
  /** Throws `endpoint_not_allowed`. */
  readonly accessOf: (key: VirtualKey | undefined, endpoint: string) => Access;
  readonly allowsEndpoint: (key: VirtualKey | undefined, endpoint: string) => boolean;
  /** Throws `policy_denied` where the key names the addresses that it may be used from, and this is none of them. */
  readonly assertAddress: (key: VirtualKey, address: string | undefined) => void;
};

/** What decides what a key may use. */
type Lists = Pick<VirtualKey, "blocked" | "endpoints" | "models">;

/** Keys with the same lists: what each endpoint of them is. Endpoints are those that dialects have, so there are few. */
type Profile = Pick<Lists, "blocked" | "endpoints"> & { readonly access: Map<string, Access> };

const everything: Lists = { models: ["*"], blocked: [], endpoints: ["*"] };

export function createAuthorizer(): Authorizer {
  const ofKeys = new WeakMap<Lists, Profile>();
  /** By the list of models, which keys that are configured alike share. */
  const alike = new WeakMap<readonly string[], Profile[]>();

  /** By the list of addresses, which keys that are configured alike share. */
  const addresses = new WeakMap<readonly string[], BlockList>();

  const profileOf = (lists: Lists): Profile => {
    const { blocked, endpoints, models } = lists;
    const others = alike.get(models) ?? [];
    let profile = others.find((each) => each.blocked === blocked && each.endpoints === endpoints);
    if (profile === undefined) {
      profile = { blocked, endpoints, access: new Map() };
      alike.set(models, [...others, profile]);
    }
    ofKeys.set(lists, profile);
    return profile;
  };

  return {
    accessOf: (key, endpoint) => {
      const lists = key ?? everything;
      const { access } = ofKeys.get(lists) ?? profileOf(lists);
      let found = access.get(endpoint);
      if (found === undefined) {
        found = createAccess(lists, endpoint);
        access.set(endpoint, found);
      }
      return found;
    },
    allowsEndpoint: (key, endpoint) => matchesAny((key ?? everything).endpoints.map(compileGlob), endpoint),
    assertAddress: ({ allowedIps }, address) => {
      if (allowedIps === undefined) return;
      const allowed = addresses.get(allowedIps) ?? addressList(allowedIps);
      addresses.set(allowedIps, allowed);
      if (address !== undefined && isListed(allowed, address)) return;
      const found = address ?? "an unknown address";
      throw new GatewayError("policy_denied", `Cannot serve the request: this key may not be used from ${found}`);
    },
  };
}

/** Throws `model_not_allowed`. */
export function authorizeModel({ allowsModel }: Access, askedModel: string): void {
  if (allowsModel(askedModel)) return;
  throw new GatewayError(
    "model_not_allowed",
    `Cannot serve the request: this key may not use the model "${askedModel}"`,
    { param: "model" },
  );
}

function createAccess({ blocked, endpoints, models }: Lists, endpoint: string): Access {
  if (!matchesAny(endpoints.map(compileGlob), endpoint)) {
    throw new GatewayError(
      "endpoint_not_allowed",
      `Cannot serve the request: this key may not use the endpoint "${endpoint}"`,
    );
  }
  const allowed = models.map(compileGlob);
  const forbidden = blocked.map(compileModelPattern);
  return {
    allowsModel: (askedModel) => matchesAny(allowed, askedModel),
    allowsTarget: ({ model, provider }) => !forbidden.some((forbids) => forbids(provider, model)),
  };
}
