import { GatewayError } from "#core/errors";
import type { Provider, ProviderKey } from "#core/snapshot";
import type { Target } from "#core/target";
import type { AuthSchemeEntry, AuthSchemes, SignedRequest, UnsignedRequest } from "./schemes";

export type Signer = {
  /** Throws GatewayError `no_target_available` for a provider whose scheme is unknown: nothing is sent without it. */
  readonly check: (provider: Pick<Provider, "id" | "auth">) => void;
  /** Adds the key's credentials to a request. A promise only where the scheme takes time; throws as `check` does. */
  readonly sign: (
    request: UnsignedRequest,
    target: Pick<Target, "key"> & { readonly provider: Pick<Provider, "id" | "auth"> },
  ) => SignedRequest | Promise<SignedRequest>;
};

export function createSigner(schemes: AuthSchemes): Signer {
  const made = new WeakMap<ProviderKey, { readonly [name: string]: string }>();

  const schemeOf = ({ id, auth }: Pick<Provider, "id" | "auth">): AuthSchemeEntry => {
    const scheme = schemes[auth];
    if (scheme !== undefined) return scheme;
    throw new GatewayError(
      "no_target_available",
      `Cannot ask the provider "${id}": this version does not know its auth scheme "${auth}"`,
    );
  };

  const headersOf = (key: ProviderKey, make: (secret: string) => { readonly [name: string]: string }) => {
    let headers = made.get(key);
    if (headers === undefined) {
      headers = make(key.secret);
      made.set(key, headers);
    }
    return headers;
  };

  return {
    check: schemeOf,
    sign: (request, { key, provider }) => {
      const scheme = schemeOf(provider);
      if ("sign" in scheme) return scheme.sign(request, key.secret);
      return { url: request.url, headers: Object.assign(request.headers, headersOf(key, scheme.headers)) };
    },
  };
}
