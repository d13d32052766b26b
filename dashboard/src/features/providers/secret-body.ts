/** Credentials of a cloud are JSON, and no key is. */
export function isCredentials(value: string): boolean {
  return value.trimStart().startsWith("{");
}

/** What was typed as the API takes it: a key, or credentials. */
export function secretBody(value: string): { readonly value: string } | { readonly credentials: string } {
  return isCredentials(value) ? { credentials: value } : { value };
}

/** What is filled in, by what it is of. Google's own files are pasted as they are. */
export const credentialForms: readonly {
  readonly value: string;
  readonly label: string;
  readonly fields: readonly string[];
}[] = [
  { value: "service_account", label: "Google service account", fields: ["client_email", "private_key"] },
  { value: "google_default", label: "Google: what this machine has", fields: [] },
  {
    value: "azure_client_secret",
    label: "Microsoft Entra: app with a secret",
    fields: ["tenant_id", "client_id", "client_secret"],
  },
  {
    value: "azure_certificate",
    label: "Microsoft Entra: app with a certificate",
    fields: ["tenant_id", "client_id", "certificate"],
  },
  { value: "azure_workload_identity", label: "Microsoft Entra: workload identity", fields: [] },
  { value: "azure_managed_identity", label: "Microsoft Entra: managed identity", fields: [] },
  { value: "aws_keys", label: "AWS access keys", fields: ["access_key_id", "secret_access_key", "region"] },
  { value: "aws_default", label: "AWS: what this machine has", fields: ["region"] },
  { value: "aws_role", label: "AWS: a role", fields: ["role_arn", "region"] },
];

/** The JSON of a form, its fields blank. */
export function blankCredentials(type: string): string {
  const fields = credentialForms.find(({ value }) => value === type)?.fields ?? [];
  return JSON.stringify({ type, ...Object.fromEntries(fields.map((field) => [field, ""])) }, undefined, 2);
}

/** The type that a JSON says; "" while it says none. */
export function typeIn(value: string): string {
  return /"type"\s*:\s*"([a-z_]+)"/.exec(value)?.[1] ?? "";
}
