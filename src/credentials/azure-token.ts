import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  type INetworkModule,
  ManagedIdentityApplication,
  type NetworkRequestOptions,
} from "@azure/msal-node";
import type { Environment } from "#config/environment";
import type { OfType, Token } from "./token";

type AppRegistration = OfType<"azure_client_secret" | "azure_certificate" | "azure_workload_identity">;
type Azure = AppRegistration | OfType<"azure_managed_identity">;

export type AzureParts = { readonly fetch: typeof globalThis.fetch; readonly environment: Environment };

const usualScope = "https://cognitiveservices.azure.com/.default";
const usualAuthority = "https://login.microsoftonline.com";

/** A new access token of Microsoft Entra: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity */
export async function azureToken(credentials: Azure, parts: AzureParts): Promise<Token> {
  const result =
    credentials.type === "azure_managed_identity"
      ? await managedIdentity(credentials, parts)
      : await appRegistration(credentials, parts);
  if (result === null || result.accessToken === "") throw new Error("the answer holds no access token");
  const { accessToken, expiresOn } = result;
  return { secret: accessToken, auth: "bearer", ...(expiresOn !== null && { expiresAtMs: expiresOn.getTime() }) };
}

function managedIdentity(
  { client_id: clientId, scope = usualScope }: OfType<"azure_managed_identity">,
  { fetch }: AzureParts,
): Promise<AuthenticationResult> {
  const app = new ManagedIdentityApplication({
    system: { networkClient: networkOver(fetch), disableInternalRetries: true },
    ...(clientId !== undefined && { managedIdentityIdParams: { userAssignedClientId: clientId } }),
  });
  return app.acquireToken({ resource: scope.replace(/\/\.default$/, ""), forceRefresh: true });
}

function appRegistration(credentials: AppRegistration, parts: AzureParts): Promise<AuthenticationResult | null> {
  const { authority = usualAuthority, scope = usualScope } = credentials;
  const tenant = named(credentials.tenant_id, "tenant_id", "AZURE_TENANT_ID", parts.environment);
  const host = URL.parse(authority)?.host ?? "";
  const app = new ConfidentialClientApplication({
    auth: {
      clientId: named(credentials.client_id, "client_id", "AZURE_CLIENT_ID", parts.environment),
      authority: `${authority.replace(/\/+$/, "")}/${tenant}`,
      knownAuthorities: [host],
      ...proofOf(credentials, parts.environment),
    },
    system: { networkClient: networkOver(parts.fetch) },
  });
  return app.acquireTokenByClientCredential({ scopes: [scope], skipCache: true });
}

/** What proves that we are the app: a secret, a key, or what the platform says of this machine. */
function proofOf(credentials: AppRegistration, environment: Environment) {
  switch (credentials.type) {
    case "azure_client_secret":
      return { clientSecret: credentials.client_secret };
    case "azure_certificate": {
      const pem = credentials.certificate;
      const x5c = (pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).join("\n");
      const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/.exec(pem)?.[0];
      if (x5c === "" || privateKey === undefined)
        throw new Error("certificate: needs a certificate and its private key");
      const thumbprintSha256 = new X509Certificate(x5c).fingerprint256.replaceAll(":", "");
      return { clientCertificate: { thumbprintSha256, privateKey, x5c } };
    }
    case "azure_workload_identity": {
      const path = named(credentials.token_file, "token_file", "AZURE_FEDERATED_TOKEN_FILE", environment);
      return { clientAssertion: readFileSync(path, "utf8").trim() };
    }
  }
}

function named(given: string | undefined, field: string, variable: string, environment: Environment): string {
  const value = given ?? environment[variable];
  if (value === undefined || value === "") throw new Error(`${field} is missing, and ${variable} is not set`);
  return value;
}

/** The library's network, over ours. */
function networkOver(fetch: typeof globalThis.fetch): INetworkModule {
  const send = async (url: string, method: "GET" | "POST", { headers, body }: NetworkRequestOptions = {}) => {
    const response = await fetch(url, {
      method,
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: JSON.parse(text) };
  };
  return {
    sendGetRequestAsync: (url, options) => send(url, "GET", options),
    sendPostRequestAsync: (url, options) => send(url, "POST", options),
  };
}
