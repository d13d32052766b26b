import { GatewayError } from "#core/errors";

/** Where SDKs and migrating clients put their key, besides `authorization`. */
const keyHeaders = ["x-api-key", "api-key", "x-goog-api-key", "x-litellm-api-key", "x-bf-vk"] as const;

/**
 * Takes the virtual key out of a request's headers; undefined when there is none (an empty one counts as none). Throws
 * GatewayError `invalid_key` for two different ones and for AWS signatures, which cannot carry one.
 */
export function clientKey(headers: Headers): string | undefined {
  let key = bearerKey(headers.get("authorization"));
  for (const name of keyHeaders) {
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
