import type { Credentials } from "#config/credentials-schema";
import type { Environment } from "#config/environment";
import type { IssueToken } from "./token";

export type IssueParts = { readonly fetch: typeof globalThis.fetch; readonly environment: Environment };

/**
 * Gets tokens by the libraries of those that issue them. A library weighs about 20 MB of memory, so each is loaded with the first
 * credentials of its kind, and by the control process alone.
 */
export function createIssueToken(parts: IssueParts): IssueToken {
  return async (credentials: Credentials) => {
    switch (credentials.type) {
      case "service_account":
      case "authorized_user":
      case "external_account":
      case "google_default":
        return (await import("./google-token")).googleToken(credentials, parts.fetch);
      case "azure_client_secret":
      case "azure_certificate":
      case "azure_workload_identity":
      case "azure_managed_identity":
        return (await import("./azure-token")).azureToken(credentials, parts);
      case "aws_default":
      case "aws_role":
        return (await import("./aws-token")).awsToken(credentials);
      case "aws_keys": {
        const {
          access_key_id: accessKeyId,
          secret_access_key: secretAccessKey,
          session_token: sessionToken,
        } = credentials;
        const secret = { accessKeyId, secretAccessKey, sessionToken, region: credentials.region };
        return { secret: JSON.stringify(secret), auth: "sigv4" };
      }
    }
  };
}
