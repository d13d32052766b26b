import { signV4 } from "../bedrock/sigv4";
import type { SignedRequest, UnsignedRequest } from "./signed-request";

/**
 * How a provider takes its key: in headers that are the same for every request, made once for a key, or by signing each
 * request, which may take time (a token has to be fetched).
 */
export type AuthSchemeEntry =
  | { readonly headers: (secret: string) => { readonly [name: string]: string } }
  | { readonly sign: (request: UnsignedRequest, secret: string) => SignedRequest | Promise<SignedRequest> };

export type AuthSchemes = { readonly [name: string]: AuthSchemeEntry };

/** Every scheme, an entry each; configuration takes these names. */
export const authSchemes = {
  /** RFC 6750. */
  bearer: { headers: (secret) => ({ authorization: `Bearer ${secret}` }) },
  /** Anthropic. */
  "x-api-key": { headers: (secret) => ({ "x-api-key": secret }) },
  /** Azure OpenAI. */
  "api-key": { headers: (secret) => ({ "api-key": secret }) },
  /** AWS, with access keys; Bedrock's own API keys are bearer tokens. */
  sigv4: { sign: signV4 },
  /** Google's API keys, which its OpenAI surface takes as a bearer: https://ai.google.dev/gemini-api/docs/openai */
  "x-goog-api-key": {
    sign: ({ headers, url }, secret) => {
      const key = /\/openai\//.test(url) ? { authorization: `Bearer ${secret}` } : { "x-goog-api-key": secret };
      return { url, headers: { ...headers, ...key } };
    },
  },
  /** Local servers; also where a provider has no key. */
  none: { headers: () => ({}) },
} as const satisfies AuthSchemes;

export type AuthScheme = keyof typeof authSchemes;
