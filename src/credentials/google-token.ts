import { GoogleAuth, type JWTInput } from "google-auth-library";
import type { OfType, Token } from "./token";

type Google = OfType<"service_account" | "authorized_user" | "external_account" | "google_default">;

/** The one that Vertex AI takes: https://cloud.google.com/vertex-ai/docs/authentication */
const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** A new access token of a service account, a user or a workload identity; of `google_default` whatever this machine has. */
export async function googleToken(credentials: Google, fetch: typeof globalThis.fetch): Promise<Token> {
  const clientOptions = { transporterOptions: { fetchImplementation: fetch } };
  const auth = new GoogleAuth({
    scopes,
    clientOptions,
    ...(credentials.type !== "google_default" && { credentials: jsonOf(credentials) }),
  });
  const client = await auth.getClient();
  const { token } = await client.getAccessToken();
  if (typeof token !== "string" || token === "") throw new Error("the answer holds no access token");
  const { expiry_date: expiresAtMs } = client.credentials;
  return { secret: token, auth: "bearer", ...(typeof expiresAtMs === "number" && { expiresAtMs }) };
}

/** Google's file as it is. */
function jsonOf(credentials: Exclude<Google, { readonly type: "google_default" }>): JWTInput {
  return credentials;
}
