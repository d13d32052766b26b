import type { InferenceRequest } from "#core/inference";

/** Gives the SDK that a client says it is, e.g. `openai-js 7.57.0` or `litellm 1.80.0`. */
export type SdkReader = (userAgent: string, header: InferenceRequest["header"]) => string | undefined;

type Named = { readonly sdk: string | undefined; readonly isGenerated: boolean };

const maxChars = 64;
/** Clients have few user agents, but may make them up. */
const maxRemembered = 256;

/**
 * Reads user agents that begin with a product and its version (RFC 9110 § 10.1.5), where SDKs that Stainless generates
 * write `OpenAI/JS 7.57.0`; these under another user agent still name language and version in headers of their own.
 * Remembers what it read: reading costs 0.3 µs.
 */
export function createSdkReader(): SdkReader {
  const remembered = new Map<string, Named>();
  return (userAgent, header) => {
    let named = remembered.get(userAgent);
    if (named === undefined) {
      named = readUserAgent(userAgent);
      if (remembered.size >= maxRemembered) remembered.clear();
      remembered.set(userAgent, named);
    }
    if (named.isGenerated) return named.sdk;
    const version = header("x-stainless-package-version");
    if (version === null) return named.sdk;
    return `stainless-${header("x-stainless-lang") ?? "unknown"} ${version}`.toLowerCase().slice(0, maxChars);
  };
}

function readUserAgent(userAgent: string): Named {
  const [, name, language, version] = /^(?:Async)?([A-Za-z]+)\/([A-Za-z]+) (\d[\w.+-]*)/.exec(userAgent) ?? [];
  if (name !== undefined) {
    return { sdk: `${name}-${language} ${version}`.toLowerCase().slice(0, maxChars), isGenerated: true };
  }
  const product = /^([\w.@-]+(?:\/[A-Za-z@][\w.@-]*)?)\/v?(\d[\w.+-]*)/.exec(userAgent);
  return { sdk: product === null ? undefined : `${product[1]} ${product[2]}`.slice(0, maxChars), isGenerated: false };
}

/** The trace id of a `traceparent` header (W3C Trace Context § 3.2.2), 32 hex digits; undefined for a malformed one. */
export function traceIdOf(traceparent: string | null): string | undefined {
  if (traceparent === null) return undefined;
  return /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/.exec(traceparent)?.[1];
}
