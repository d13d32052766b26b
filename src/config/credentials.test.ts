import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentialsIn, resolveCredentials, secretsOf, storedCredentials } from "./credentials";
import type { CredentialsField } from "./credentials-schema";
import { createSecretResolver } from "./secrets";

const folder = mkdtempSync(join(tmpdir(), "hg-credentials-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pem = "-----BEGIN PRIVATE KEY-----\nAAAA BBBB\n-----END PRIVATE KEY-----";
const account = { type: "service_account" as const, client_email: "a@p.example", private_key: pem, project_id: "p" };
const environment = { ACCOUNT: JSON.stringify(account), SECRET: "two words", PEM: pem };
const fromFile = createSecretResolver(environment, folder);
const overApi = createSecretResolver(environment);

function read(given: CredentialsField, mayReadFiles = true) {
  return resolveCredentials(given, mayReadFiles ? fromFile : overApi, { mayReadFiles });
}

const workload = {
  type: "external_account" as const,
  audience: "//iam.googleapis.com/x",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: "https://sts.googleapis.com/v1/token",
};

describe("resolveCredentials()", () => {
  test("takes Google's JSON as an object, a text, a variable and a file, with all that stands in it", () => {
    writeFileSync(join(folder, "sa.json"), `${JSON.stringify(account)}\n`);
    for (const given of [account, JSON.stringify(account), "env:ACCOUNT", "file:sa.json"])
      expect(read(given)).toEqual({ ok: true, credentials: account });
  });

  test("puts secrets in the places of references, spaces and lines kept", () => {
    const app = { type: "azure_certificate" as const, tenant_id: "t", client_id: "c" };
    expect(read({ ...app, certificate: "env:PEM" })).toEqual({
      ok: true,
      credentials: { ...app, certificate: pem.trim() },
    });
    const secret = {
      type: "azure_client_secret" as const,
      tenant_id: "t",
      client_id: "c",
      client_secret: "env:SECRET",
    };
    expect(read(secret)).toEqual({ ok: true, credentials: { ...secret, client_secret: "two words" } });
  });

  test.each<[CredentialsField, string]>([
    ["env:NONE", "environment variable NONE is not set"],
    ["not json", "it is not the JSON of credentials"],
    ['{"type":"service_account"}', "client_email: "],
    ['{"type":"somebody"}', "type: "],
    [{ ...account, private_key: "vault:secret/x" }, "private_key: vault: references are not supported"],
    ["vault:secret/x", "vault: references are not supported"],
    [
      { type: "aws_keys", access_key_id: "env:NONE", secret_access_key: "s" },
      "access_key_id: environment variable NONE",
    ],
  ])("says what is wrong with %j", (given, why) => {
    const found = read(given);
    expect(found.ok === false && found.message).toContain(`the credentials cannot be used: ${why}`);
  });

  test("has no file of this machine read for who asks over the API", () => {
    const source = { ...workload, credential_source: { file: "/etc/passwd" } };
    expect(read(source, true).ok).toBe(true);
    expect(read(source, false)).toMatchObject({ message: expect.stringContaining("configuration file only") });
    expect(read({ ...workload, credential_source: { environment_id: "aws1" } }, false).ok).toBe(true);
    expect(read("file:sa.json", false)).toMatchObject({ message: expect.stringContaining("configuration file only") });
    const identity = { type: "azure_workload_identity" as const, token_file: "/etc/passwd" };
    expect(read(identity, false)).toMatchObject({ message: expect.stringContaining("token_file is taken from") });
  });
});

test("credentialsIn() reads what storedCredentials() wrote, and takes no other secret for it", () => {
  for (const field of [account, "env:ACCOUNT"]) expect(credentialsIn(storedCredentials(field))).toEqual(field);
  for (const secret of ["sk-1", "env:X", "", "{x}", '"', "client"]) expect(credentialsIn(secret)).toBeUndefined();
});

test("secretsOf() names what must be told to nobody", () => {
  expect(secretsOf(account)).toEqual([pem]);
  expect(secretsOf({ type: "aws_default", profile: "p" })).toEqual([]);
});
