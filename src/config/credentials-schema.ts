import * as z from "zod";

const text = z.string().min(1).max(65_536);
const secret = text.meta({ description: "A literal, `env:NAME` or `file:PATH`; may have several lines." });
const region = text
  .exactOptional()
  .meta({ description: "Of the requests that are signed; left out: that of the base URL." });

const azure = {
  authority: z
    .url({ protocol: /^https$/ })
    .exactOptional()
    .meta({ description: "Where tokens come from, of another cloud.", default: "https://login.microsoftonline.com" }),
  scope: text
    .exactOptional()
    .meta({ description: "What the token is for.", default: "https://cognitiveservices.azure.com/.default" }),
};
const tenant = { tenant_id: text, client_id: text };

/**
 * What tokens are fetched with, or requests signed. Google's own files are taken as they are
 * (https://cloud.google.com/docs/authentication/application-default-credentials), so their names are kept.
 */
export const credentialsSchema = z
  .discriminatedUnion("type", [
    z.looseObject({ type: z.literal("service_account"), client_email: text, private_key: secret }),
    z.looseObject({
      type: z.literal("authorized_user"),
      client_id: text,
      client_secret: secret,
      refresh_token: secret,
    }),
    z.looseObject({
      type: z.literal("external_account"),
      audience: text,
      subject_token_type: text,
      token_url: text,
      credential_source: z.looseObject({}),
    }),
    z.strictObject({ type: z.literal("google_default") }),
    z.strictObject({ type: z.literal("azure_client_secret"), ...tenant, client_secret: secret, ...azure }),
    z.strictObject({
      type: z.literal("azure_certificate"),
      ...tenant,
      certificate: secret.meta({
        description: "PEM: the certificate and its private key. A literal, `env:NAME` or `file:PATH`.",
      }),
      ...azure,
    }),
    z.strictObject({
      type: z.literal("azure_workload_identity"),
      tenant_id: text.exactOptional().meta({ description: "Left out: `AZURE_TENANT_ID`." }),
      client_id: text.exactOptional().meta({ description: "Left out: `AZURE_CLIENT_ID`." }),
      token_file: text.exactOptional().meta({ description: "Left out: `AZURE_FEDERATED_TOKEN_FILE`." }),
      ...azure,
    }),
    z.strictObject({
      type: z.literal("azure_managed_identity"),
      client_id: text.exactOptional().meta({ description: "Of a user-assigned identity; left out: the system's." }),
      scope: azure.scope,
    }),
    z.strictObject({
      type: z.literal("aws_keys"),
      access_key_id: secret,
      secret_access_key: secret,
      session_token: secret.exactOptional(),
      region,
    }),
    z.strictObject({
      type: z.literal("aws_default"),
      profile: text.exactOptional().meta({ description: "Of the shared files." }),
      region,
    }),
    z.strictObject({
      type: z.literal("aws_role"),
      role_arn: text,
      external_id: text.exactOptional(),
      session_name: text.exactOptional(),
      profile: text.exactOptional().meta({ description: "With which the role is taken; left out: the default chain." }),
      region,
    }),
  ])
  .meta({
    description:
      "Google: the JSON of a service account, of a workload identity or of a user, as it is, or `google_default`. Azure: an app registration with a secret or certificate, or an identity of the machine. AWS: keys, a role, or the default chain (environment, shared files, SSO, container, instance).",
  });

/** As it is configured: the object, or its JSON, as a literal or by reference. */
export const credentialsFieldSchema = z.union([credentialsSchema, text]);

/** With every secret in its place. */
export type Credentials = z.infer<typeof credentialsSchema>;
export type CredentialsField = z.infer<typeof credentialsFieldSchema>;
