import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "#config/credentials-schema";
import type { Environment } from "#config/environment";
import { explainIssue } from "./explain-issue";
import { TokenEndpoints } from "./fixtures/token-endpoints";
import { noAws, withVariables } from "./fixtures/with-variables";
import { createIssueToken } from "./issue-token";

const folder = mkdtempSync(join(tmpdir(), "hg-issue-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));

let endpoints: TokenEndpoints;
beforeEach(() => {
  endpoints = new TokenEndpoints();
});
afterEach(() => endpoints[Symbol.dispose]());

function issue(credentials: Credentials, environment: Environment = {}) {
  return createIssueToken({ fetch: endpoints.fetch, environment })(credentials);
}

/** What a JWT says, unchecked. */
function claimsOf(jwt: string | null | undefined): { readonly [claim: string]: unknown } {
  return JSON.parse(Buffer.from(jwt?.split(".")[1] ?? "", "base64url").toString());
}

const anHour = { secret: "issued", auth: "bearer" as const, expiresAtMs: expect.any(Number) };

describe("createIssueToken()", () => {
  test("asks Google for a token of a service account by an assertion that it signed", async () => {
    const account = { type: "service_account" as const, client_email: "a@p.example", private_key: pem };
    const before = Date.now();
    const token = await issue(account);
    expect(token).toEqual(anHour);
    expect(Math.abs((token.expiresAtMs ?? 0) - before - 3_600_000)).toBeLessThan(60_000);
    const [asked] = endpoints.asked;
    expect(asked?.url).toBe("https://oauth2.googleapis.com/token");
    expect(claimsOf(asked?.form.get("assertion"))).toMatchObject({
      iss: "a@p.example",
      scope: "https://www.googleapis.com/auth/cloud-platform",
    });
  });

  test("changes the token of a workload into Google's", async () => {
    writeFileSync(join(folder, "subject"), "subject-token");
    const token = await issue({
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${endpoints.url}/v1/token`,
      credential_source: { file: join(folder, "subject") },
    });
    expect(token).toEqual(anHour);
    const [asked] = endpoints.asked;
    expect(asked?.url).toBe(`${endpoints.url}/v1/token`);
    expect(asked?.form.get("subject_token")).toBe("subject-token");
  });

  test("renews a user's token", async () => {
    const user = { type: "authorized_user" as const, client_id: "c", client_secret: "s", refresh_token: "r" };
    expect(await issue(user)).toEqual(anHour);
    expect(endpoints.asked[0]?.form.get("refresh_token")).toBe("r");
  });

  test("asks Entra with a secret that may hold spaces, for the scope and authority that are configured", async () => {
    const app = { type: "azure_client_secret" as const, tenant_id: "t-1", client_id: "c-1", client_secret: "s e cret" };
    expect(await issue(app)).toEqual(anHour);
    const us = { authority: "https://login.microsoftonline.us", scope: "https://ai.example.us/.default" };
    expect(await issue({ ...app, ...us })).toEqual(anHour);
    const [first, second] = endpoints.asked;
    expect(first?.url).toStartWith("https://login.microsoftonline.com/t-1/oauth2/v2.0/token");
    expect(first?.form.get("client_secret")).toBe("s e cret");
    expect(first?.form.get("scope")).toContain("https://cognitiveservices.azure.com/.default");
    expect(second?.url).toStartWith("https://login.microsoftonline.us/t-1/oauth2/v2.0/token");
    expect(second?.form.get("scope")).toContain("https://ai.example.us/.default");
  });

  test("asks Entra with a certificate, and with the token of a workload", async () => {
    const certificate = selfSigned();
    const app = { tenant_id: "t", client_id: "c" };
    expect(
      await issue({ type: "azure_certificate", ...app, certificate: `${certificate.key}\n${certificate.pem}` }),
    ).toEqual(anHour);
    const header = endpoints.asked[0]?.form.get("client_assertion")?.split(".")[0] ?? "";
    const { "x5t#S256": thumbprint } = JSON.parse(Buffer.from(header, "base64url").toString());
    const hash = createHash("sha256").update(new X509Certificate(certificate.pem).raw).digest("base64url");
    expect(String(thumbprint).replace(/=+$/, "")).toBe(hash);

    writeFileSync(join(folder, "federated"), "federated-token\n");
    const environment = {
      AZURE_TENANT_ID: "t-2",
      AZURE_CLIENT_ID: "c-2",
      AZURE_FEDERATED_TOKEN_FILE: join(folder, "federated"),
    };
    expect(await issue({ type: "azure_workload_identity" }, environment)).toEqual(anHour);
    expect(endpoints.asked[1]?.url).toContain("/t-2/");
    expect(endpoints.asked[1]?.form.get("client_assertion")).toBe("federated-token");
    expect(issue({ type: "azure_workload_identity" })).rejects.toThrow("AZURE_TENANT_ID is not set");
  });

  test("asks the machine for its managed identity", async () => {
    endpoints.answer = () => Response.json({ access_token: "issued", expires_in: "86399", token_type: "Bearer" });
    expect(await issue({ type: "azure_managed_identity", client_id: "mine" })).toEqual(anHour);
    const { headers, url } = endpoints.asked[0] ?? { headers: new Headers(), url: "" };
    expect(url).toContain("http://169.254.169.254/metadata/identity/oauth2/token");
    expect(new URL(url).searchParams.get("client_id")).toBe("mine");
    expect(headers.get("metadata")).toBe("true");
  });

  test("signs with AWS keys as they are, and with what the default chain finds", async () => {
    const keys = { type: "aws_keys" as const, access_key_id: "AK", secret_access_key: "SK", session_token: "ST" };
    const { auth, secret } = await issue({ ...keys, region: "eu-west-1" });
    expect([auth, JSON.parse(secret)]).toEqual([
      "sigv4",
      { accessKeyId: "AK", secretAccessKey: "SK", sessionToken: "ST", region: "eu-west-1" },
    ]);
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    endpoints.answer = () =>
      Response.json({ AccessKeyId: "CK", SecretAccessKey: "CS", Token: "CT", Expiration: expiration });
    const found = await withVariables({ ...noAws, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoints.url}/c` }, () =>
      issue({ type: "aws_default" }),
    );
    expect(JSON.parse(found.secret)).toEqual({ accessKeyId: "CK", secretAccessKey: "CS", sessionToken: "CT" });
    expect(found.expiresAtMs).toBe(Date.parse(expiration));
  });

  test("takes a role with what a profile of the shared files holds", async () => {
    writeFileSync(join(folder, "aws"), "[work]\naws_access_key_id = PK\naws_secret_access_key = PS\n");
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    endpoints.answer = () => new Response(assumedRole(expiration), { headers: { "content-type": "text/xml" } });
    const variables = { AWS_SHARED_CREDENTIALS_FILE: join(folder, "aws"), AWS_ENDPOINT_URL_STS: endpoints.url };
    const role = { type: "aws_role" as const, role_arn: "arn:aws:iam::1:role/r", profile: "work", region: "eu-west-1" };
    const { secret } = await withVariables({ ...noAws, ...variables }, () => issue({ ...role, external_id: "e" }));
    expect(JSON.parse(secret)).toEqual({
      accessKeyId: "RK",
      secretAccessKey: "RS",
      sessionToken: "RT",
      region: "eu-west-1",
    });
    expect(endpoints.asked[0]?.form.get("ExternalId")).toBe("e");
    expect(endpoints.asked[0]?.headers.get("authorization")).toContain("Credential=PK/");
  });

  test("rejects with what the endpoint says, in which no secret is told", async () => {
    const description = "AADSTS7000215: Invalid client secret provided: canary-secret";
    endpoints.answer = () =>
      Response.json({ error: "invalid_client", error_description: description }, { status: 401 });
    const app = {
      type: "azure_client_secret" as const,
      tenant_id: "t",
      client_id: "c",
      client_secret: "canary-secret",
    };
    const entra = await issue(app).catch((error: unknown) => explainIssue(error, app));
    expect(entra).toContain("AADSTS7000215");
    expect(entra).not.toContain("canary-secret");
    endpoints.answer = () =>
      Response.json({ error: "invalid_grant", error_description: "account not found" }, { status: 400 });
    const account = { type: "service_account" as const, client_email: "a@p.example", private_key: pem };
    const google = await issue(account).catch((error: unknown) => explainIssue(error, account));
    expect(google).toContain("account not found");
    endpoints.answer = () => new Response("<html>", { status: 502 });
    expect(issue(app)).rejects.toThrow();
  });
});

function assumedRole(expiration: string): string {
  const keys = `<AccessKeyId>RK</AccessKeyId><SecretAccessKey>RS</SecretAccessKey><SessionToken>RT</SessionToken>`;
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${keys}<Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

/** A certificate for a day, by the machine's own openssl. */
function selfSigned(): { readonly key: string; readonly pem: string } {
  const [key, cert] = [join(folder, "k.pem"), join(folder, "c.pem")];
  const request = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    cert,
    "-days",
    "1",
    "-subj",
    "/CN=t",
  ];
  Bun.spawnSync(["openssl", ...request]);
  return { key: readFileSync(key, "utf8"), pem: readFileSync(cert, "utf8") };
}
