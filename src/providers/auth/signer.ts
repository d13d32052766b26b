import { GatewayError } from "#core/errors";
import type { Provider, ProviderKey } from "#core/snapshot";
import type { Target } from "#core/target";
import type { AuthSchemeEntry, AuthSchemes } from "./schemes";
import type { SignedRequest, UnsignedRequest } from "./signed-request";

export type Signer = {
  /** Throws GatewayError `no_target_available` for a provider whose scheme is unknown: nothing is sent without it. */
  readonly check: (provider: Pick<Provider, "id" | "auth">) => void;
  /** The headers that carry a key where they are the same for every request; undefined where each is signed. */
  readonly fixedCredentials: (target: KeyOfProvider) => { readonly [name: string]: string } | undefined;
  /** Adds the key's credentials to a request. A promise only where the scheme takes time; throws as `check` does. */
  readonly sign: (request: UnsignedRequest, target: KeyOfProvider) => SignedRequest | Promise<SignedRequest>;
};

type KeyOfProvider = Pick<Target, "key"> & { readonly provider: Pick<Provider, "id" | "auth"> };

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

  /** What credentials made of a key goes another way than the provider's usual keys. */
  const schemeOfKey = ({ auth }: ProviderKey, provider: Pick<Provider, "id" | "auth">): AuthSchemeEntry =>
    schemeOf(auth === undefined ? provider : { id: provider.id, auth });

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
    fixedCredentials: ({ key, provider }) => {
      const scheme = schemeOfKey(key, provider);
      return "sign" in scheme ? undefined : headersOf(key, scheme.headers);
    },
    sign: (request, { key, provider }) => {
      const scheme = schemeOfKey(key, provider);
      if ("sign" in scheme) return scheme.sign(request, key.secret);
      return { url: request.url, headers: Object.assign(request.headers, headersOf(key, scheme.headers)) };
    },
  };
}
