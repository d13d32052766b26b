import { AwsV4Signer } from "aws4fetch";
import { GatewayError } from "#core/errors";
import { isObject, stringOf, tryParseJson } from "#lib/json";
import type { SignedRequest, UnsignedRequest } from "../auth/signed-request";

type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Where the host does not say it. */
  readonly region?: string;
};

/** The name by which Bedrock's requests are signed, whatever its host is called. */
const service = "bedrock";

/**
 * Signs a request with AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html): method,
 * path, host and body, as they are sent. The path, whose model name is percent-encoded, is encoded once more for it, as for
 * every service but S3. `secret` is JSON: `{"accessKeyId", "secretAccessKey", "sessionToken"?, "region"?}`.
 *
 * Rejects with GatewayError `no_target_available` for a secret of another form and where no region is known.
 */
export async function signV4(request: UnsignedRequest, secret: string): Promise<SignedRequest> {
  const { body, headers, method, url } = request;
  const { region: configured, ...keys } = credentialsIn(secret);
  const region = regionOf(new URL(url).hostname) ?? configured;
  if (region === undefined) {
    throw new GatewayError(
      "no_target_available",
      "Cannot sign the request: the host names no AWS region, and the credentials none either",
    );
  }
  // No header of the request is signed but the host: whatever stands between may change them.
  const signer = new AwsV4Signer({ method, url, body, service, region, headers: {}, ...keys });
  const signed = await signer.sign();
  for (const [name, value] of signed.headers) headers[name] = value;
  return { url, headers };
}

/** `bedrock-runtime.us-east-1.amazonaws.com`, also with `-fips`, behind a VPC's endpoint and in other partitions. */
export function regionOf(host: string): string | undefined {
  return /\bbedrock(?:-runtime)?(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\./.exec(host)?.[1];
}

function credentialsIn(secret: string): AwsCredentials {
  const parsed = tryParseJson(secret);
  const fields = isObject(parsed) ? parsed : {};
  const accessKeyId = stringOf(fields, "accessKeyId");
  const secretAccessKey = stringOf(fields, "secretAccessKey");
  const sessionToken = stringOf(fields, "sessionToken");
  const region = stringOf(fields, "region");
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new GatewayError(
      "no_target_available",
      "Cannot sign the request: the key must hold accessKeyId and secretAccessKey as JSON",
    );
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(region !== undefined && { region }),
  };
}
