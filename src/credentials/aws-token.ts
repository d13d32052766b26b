import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { OfType, Token } from "./token";

type Aws = OfType<"aws_default" | "aws_role">;

/**
 * What requests to AWS are signed with: of the default chain (environment, shared files, SSO, web identity, container, instance), or
 * of a role that is taken with these: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export async function awsToken(credentials: Aws): Promise<Token> {
  const { profile, region } = credentials;
  const clientConfig = region === undefined ? {} : { region };
  const chain = fromNodeProviderChain({ clientConfig, ...(profile !== undefined && { profile }) });
  const provider = credentials.type === "aws_default" ? chain : roleOf(credentials, chain, clientConfig);
  const found = await provider();
  return {
    secret: sigv4Secret({ ...found, region }),
    auth: "sigv4",
    ...(found.expiration !== undefined && { expiresAtMs: found.expiration.getTime() }),
  };
}

function roleOf(
  { role_arn: RoleArn, external_id: ExternalId, session_name: RoleSessionName = "headgate" }: OfType<"aws_role">,
  masterCredentials: ReturnType<typeof fromNodeProviderChain>,
  clientConfig: { readonly region?: string },
) {
  const params = { RoleArn, RoleSessionName, ...(ExternalId !== undefined && { ExternalId }) };
  return fromTemporaryCredentials({ params, masterCredentials, clientConfig });
}

/** As `sigv4` of `providers/auth/schemes.ts` takes it. */
export function sigv4Secret(keys: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region?: string | undefined;
}): string {
  const { accessKeyId, secretAccessKey, sessionToken, region } = keys;
  return JSON.stringify({ accessKeyId, secretAccessKey, sessionToken, region });
}
