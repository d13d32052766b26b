import { isObject, tryParseJson } from "#lib/json";
import { type Credentials, type CredentialsField, credentialsSchema } from "./credentials-schema";
import type { SecretResolver } from "./secrets";

export type ResolvedCredentials =
  | { readonly ok: true; readonly credentials: Credentials }
  | { readonly ok: false; readonly message: string };

/**
 * Credentials with their references resolved. `mayReadFiles`: whether they come from the configuration file; over the API none
 * may have a file of this machine read and sent somewhere. Messages name fields and references, never a secret.
 */
export function resolveCredentials(
  given: CredentialsField,
  resolve: SecretResolver,
  { mayReadFiles }: { readonly mayReadFiles: boolean },
): ResolvedCredentials {
  const found = typeof given === "string" ? parsed(given, resolve) : given;
  if (typeof found === "string") return refused(found);
  const read = credentialsSchema.safeParse(found);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refused(`${issue?.path.join(".") || "it"}: ${issue?.message ?? "is not known"}`);
  }
  const foreign = mayReadFiles ? undefined : fileIn(read.data);
  if (foreign !== undefined) return refused(`${foreign} is taken from the configuration file only`);
  const resolved: Record<string, unknown> = { ...read.data };
  for (const [name, value] of Object.entries(read.data)) {
    if (!secretFields.has(name) || typeof value !== "string") continue;
    const secret = resolve(value, "text");
    if (!secret.ok) return refused(`${name}: ${secret.message}`);
    resolved[name] = secret.secret;
  }
  return { ok: true, credentials: credentialsSchema.parse(resolved) };
}

/** What a key's stored value is where that is credentials, as `storedCredentials` wrote it. */
export function credentialsIn(value: string): CredentialsField | undefined {
  const json = /^["{]/.test(value) ? tryParseJson(value) : undefined;
  if (typeof json === "string") return json;
  const read = isObject(json) ? credentialsSchema.safeParse(json) : undefined;
  return read?.success === true ? read.data : undefined;
}

/** No secret of the other kind begins as JSON does. */
export function storedCredentials(field: CredentialsField): string {
  return JSON.stringify(field);
}

const secretFields: ReadonlySet<string> = new Set([
  ...["private_key", "client_secret", "refresh_token", "certificate"],
  ...["access_key_id", "secret_access_key", "session_token"],
]);

/** The values that must be told to nobody. */
export function secretsOf(credentials: Credentials): readonly string[] {
  return Object.entries(credentials).flatMap(([name, value]) =>
    secretFields.has(name) && typeof value === "string" ? value : [],
  );
}

/** The object that a text is or refers to, or what is wrong with it. */
function parsed(given: string, resolve: SecretResolver): object | string {
  const found = resolve(given, "text");
  if (!found.ok) return found.message;
  const json = tryParseJson(found.secret);
  return isObject(json) ? json : "it is not the JSON of credentials";
}

/** What has a file read, a program run or an address of this machine asked. */
function fileIn(credentials: Credentials): string | undefined {
  if (credentials.type === "azure_workload_identity" && credentials.token_file !== undefined) return "token_file";
  if (credentials.type !== "external_account" || "environment_id" in credentials.credential_source) return undefined;
  return "external_account";
}

function refused(message: string): ResolvedCredentials {
  return { ok: false, message: `the credentials cannot be used: ${message}` };
}
