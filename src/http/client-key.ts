import { GatewayError } from "#core/errors";
import type { ProviderCredential } from "#core/inference";
import type { RequestHeaders } from "#server/http-request";

type Read = Pick<RequestHeaders, "get">;

/**
 * Headers that hold nothing but our key. Where one of them came, the others are the client's own affair: Claude Code sends
 * the login of its subscription in `authorization` (https://docs.litellm.ai/docs/tutorials/claude_code_max_subscription),
 * Portkey's clients the provider's key (https://portkey.ai/docs/api-reference/headers).
 */
const ownHeaders = ["x-headgate-key", "x-litellm-api-key", "x-bf-vk", "x-portkey-api-key"] as const;
/** Where SDKs put their key, besides `authorization`. */
const usualHeaders = ["x-api-key", "api-key", "x-goog-api-key"] as const;

/**
 * Takes the virtual key out of a request's headers; undefined when there is none (an empty one counts as none). Throws
 * GatewayError `invalid_key` for two different ones of the same rank and for AWS signatures, which cannot carry one.
 */
export function clientKey(headers: Read, inQuery?: string): string | undefined {
  const own = keyIn(headers, ownHeaders, undefined);
  return own ?? keyIn(headers, usualHeaders, bearerKey(headers.get("authorization")) ?? inQuery);
}

/** The key that a query carries in this parameter; undefined where it has none, or an empty one. */
export function keyInQuery(query: string, parameter: string | undefined): string | undefined {
  if (parameter === undefined || !query.includes(`${parameter}=`)) return undefined;
  return new URLSearchParams(query).get(parameter)?.trim() || undefined;
}

/**
 * The client's credential at the provider: what stands in a usual header beside our key in a header of its own. Undefined
 * for what is a key of ours too.
 */
export function providerCredential(headers: Read): ProviderCredential | undefined {
  const own = keyIn(headers, ownHeaders, undefined);
  if (own === undefined) return undefined;
  const bearer = bearerKey(headers.get("authorization"));
  const found: ProviderCredential | undefined =
    bearer === undefined ? credentialIn(headers) : { scheme: "bearer", secret: bearer };
  return found === undefined || found.secret === own || ourKey.test(found.secret) ? undefined : found;
}

const ourKey = /^hg[as]?-/;

function credentialIn(headers: Read): ProviderCredential | undefined {
  for (const scheme of ["x-api-key", "api-key"] as const) {
    const secret = headers.get(scheme)?.trim() ?? "";
    if (secret !== "") return { scheme, secret };
  }
  return undefined;
}

function keyIn(headers: Read, names: readonly string[], found: string | undefined): string | undefined {
  let key = found;
  for (const name of names) {
    const value = headers.get(name);
    if (value === null) continue;
    const other = withoutScheme(value);
    if (other === "") continue;
    if (key !== undefined && key !== other) {
      throw new GatewayError("invalid_key", "The request carries two different keys, one is needed");
    }
    key = other;
  }
  return key;
}

const bearer = /^bearer /i;
const scheme = /^bearer(?: +|$)/i;

function bearerKey(authorization: string | null): string | undefined {
  if (authorization === null) return undefined;
  if (authorization.startsWith("AWS4-HMAC-SHA256")) {
    throw new GatewayError(
      "invalid_key",
      "A request signed with AWS credentials carries no virtual key, a bearer key is needed (AWS_BEARER_TOKEN_BEDROCK)",
    );
  }
  if (!bearer.test(authorization)) return undefined;
  const key = authorization.slice("bearer ".length).trim();
  return key === "" ? undefined : key;
}

function withoutScheme(value: string): string {
  return value.replace(scheme, "").trim();
}
