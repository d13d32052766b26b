import type { CredentialsField } from "#config/credentials-schema";
import { type JsonObject, stringOf } from "#lib/json";
import { referenceIn } from "./foreign-words";

/** What a file of another gateway says of a cloud's credentials, and which of its fields said it. */
export type ForeignCredentials = { readonly credentials: CredentialsField; readonly read: readonly string[] };

/** The names of one gateway for the fields of each kind. */
export type CredentialNames = {
  readonly aws: {
    readonly id: string;
    readonly secret: string;
    readonly session: string;
    readonly role: string;
    readonly profile: string;
    readonly region: string;
  };
  readonly azure: { readonly tenant: string; readonly client: string; readonly secret: string };
  /** A path, or a reference to the JSON. */
  readonly google: string;
};

/** https://docs.litellm.ai/docs/providers/bedrock, https://docs.litellm.ai/docs/providers/azure, https://docs.litellm.ai/docs/providers/vertex */
export const litellmNames: CredentialNames = {
  aws: {
    id: "aws_access_key_id",
    secret: "aws_secret_access_key",
    session: "aws_session_token",
    role: "aws_role_name",
    profile: "aws_profile_name",
    region: "aws_region_name",
  },
  azure: { tenant: "tenant_id", client: "client_id", secret: "client_secret" },
  google: "vertex_credentials",
};

/** https://docs.getbifrost.ai/quickstart/gateway/provider-configuration */
export const bifrostNames: CredentialNames = {
  aws: {
    id: "access_key",
    secret: "secret_key",
    session: "session_token",
    role: "role_arn",
    profile: "profile",
    region: "region",
  },
  azure: { tenant: "tenant_id", client: "client_id", secret: "client_secret" },
  google: "auth_credentials",
};

/** Undefined where it says nothing of any, or says a secret literally: that stays in its own file. */
export function foreignCredentials(fields: JsonObject, names: CredentialNames): ForeignCredentials | undefined {
  return azureOf(fields, names.azure) ?? awsOf(fields, names.aws) ?? googleOf(fields, names.google);
}

function azureOf(
  fields: JsonObject,
  { client, secret, tenant }: CredentialNames["azure"],
): ForeignCredentials | undefined {
  const [tenantId, clientId] = [stringOf(fields, tenant), stringOf(fields, client)];
  const clientSecret = referenceIn(fields[secret]);
  if (tenantId === undefined || clientId === undefined || clientSecret === "") return undefined;
  const credentials = {
    type: "azure_client_secret",
    tenant_id: tenantId,
    client_id: clientId,
    client_secret: clientSecret,
  } as const;
  return { credentials, read: [tenant, client, secret] };
}

function awsOf(fields: JsonObject, names: CredentialNames["aws"]): ForeignCredentials | undefined {
  const [id, secret, session] = [names.id, names.secret, names.session].map((name) => referenceIn(fields[name]));
  const [role, profile] = [stringOf(fields, names.role), stringOf(fields, names.profile)];
  if (role !== undefined) {
    const credentials = { type: "aws_role", role_arn: role, ...(profile !== undefined && { profile }) } as const;
    return { credentials, read: [names.role, names.profile] };
  }
  if (profile !== undefined) return { credentials: { type: "aws_default", profile }, read: [names.profile] };
  if (!id || !secret) return undefined;
  const token = session ? { session_token: session } : {};
  const credentials = { type: "aws_keys", access_key_id: id, secret_access_key: secret, ...token } as const;
  return { credentials, read: [names.id, names.secret, names.session] };
}

function googleOf(fields: JsonObject, name: string): ForeignCredentials | undefined {
  const text = stringOf(fields, name);
  if (text === undefined) return undefined;
  const reference = referenceIn(text);
  const isPath = reference === "" && /^[\w./~-]+$/.test(text);
  if (reference === "" && !isPath) return undefined;
  return { credentials: isPath ? `file:${text}` : reference, read: [name] };
}
