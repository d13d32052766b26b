import { GatewayError } from "#core/errors";
import type { VirtualKey } from "#core/snapshot";
import type { ModelRef } from "#core/target";
import { compileGlob, matchesAny } from "#lib/glob";

type Access = {
  readonly models: readonly ((text: string) => boolean)[];
  readonly blocked: readonly ((text: string) => boolean)[];
  readonly endpoints: readonly ((text: string) => boolean)[];
};

/** Decides what a virtual key may do. Patterns are compiled once per key and forgotten with it. */
export type Authorizer = {
  /** Throws `endpoint_not_allowed` or `model_not_allowed`. */
  readonly authorize: (key: VirtualKey | undefined, endpoint: string, askedModel: string | undefined) => void;
  /** Whether the key may be served by this model at this provider. */
  readonly allowsTarget: (key: VirtualKey | undefined, target: ModelRef) => boolean;
  readonly allowsModel: (key: VirtualKey | undefined, askedModel: string) => boolean;
};

export function createAuthorizer(): Authorizer {
  const compiled = new WeakMap<VirtualKey, Access>();
  const accessOf = (key: VirtualKey): Access => {
    let access = compiled.get(key);
    if (access === undefined) {
      access = {
        models: key.models.map(compileGlob),
        blocked: key.blocked.map(compileGlob),
        endpoints: key.endpoints.map(compileGlob),
      };
      compiled.set(key, access);
    }
    return access;
  };
  const allowsModel = (key: VirtualKey | undefined, askedModel: string) =>
    key === undefined || matchesAny(accessOf(key).models, askedModel);

  return {
    allowsModel,
    authorize: (key, endpoint, askedModel) => {
      if (key === undefined) return;
      if (!matchesAny(accessOf(key).endpoints, endpoint)) {
        throw new GatewayError(
          "endpoint_not_allowed",
          `Cannot serve the request: this key may not use the endpoint "${endpoint}"`,
        );
      }
      if (askedModel !== undefined && !allowsModel(key, askedModel)) {
        throw new GatewayError(
          "model_not_allowed",
          `Cannot serve the request: this key may not use the model "${askedModel}"`,
          {
            param: "model",
          },
        );
      }
    },
    allowsTarget: (key, target) =>
      key === undefined || !matchesAny(accessOf(key).blocked, `${target.provider.id}/${target.model}`),
  };
}
