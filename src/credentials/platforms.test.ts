import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "#config/credentials-schema";
import { TokenEndpoints } from "./fixtures/token-endpoints";
import { noAws, withVariables } from "./fixtures/with-variables";
import { createIssueToken } from "./issue-token";

// What platforms give the programs that run on them, by their public protocols: each platform is a server on loopback, to which
// its library is led by the variables that it reads.

const folder = mkdtempSync(join(tmpdir(), "hg-platforms-"));
afterAll(() => rmSync(folder, { recursive: true }));

let endpoints: TokenEndpoints;
beforeEach(() => {
  endpoints = new TokenEndpoints();
});
afterEach(() => endpoints[Symbol.dispose]());

function issue(credentials: Credentials) {
  return createIssueToken({ fetch: endpoints.fetch, environment: {} })(credentials);
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const expiration = new Date(Date.now() + 3_600_000).toISOString();
const keys = { AccessKeyId: "CK", SecretAccessKey: "CS", Token: "CT", Expiration: expiration };
const found = { accessKeyId: "CK", secretAccessKey: "CS", sessionToken: "CT" };

/** What the default chain finds, and whether it says when it ends. */
async function chained(variables: Parameters<typeof withVariables>[0], profile?: string) {
  const credentials = { type: "aws_default" as const, region: "us-east-1", ...(profile !== undefined && { profile }) };
  const token = await withVariables({ ...noAws, ...variables }, () => issue(credentials));
  expect(token.auth).toBe("sigv4");
  expect(token.expiresAtMs).toBe(Date.parse(expiration));
  return JSON.parse(token.secret);
}

describe("AWS's default chain", () => {
  test("asks the instance, with a token of its session (IMDSv2)", async () => {
    endpoints.answer = ({ method, url }) => {
      if (method === "PUT") return new Response("session");
      return url.endsWith("/security-credentials/")
        ? new Response("role")
        : Response.json({ Code: "Success", ...keys });
    };
    const variables = { AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoints.url };
    expect(await chained(variables)).toMatchObject(found);
    const last = endpoints.asked.at(-1);
    expect(last?.url).toEndWith("/latest/meta-data/iam/security-credentials/role");
    expect(last?.headers.get("x-aws-ec2-metadata-token")).toBe("session");
  });

  test("asks the container, as the token in a file allows (EKS pod identity)", async () => {
    endpoints.answer = () => Response.json(keys);
    const variables = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoints.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file("pod", "pod-token"),
    };
    expect(await chained(variables)).toMatchObject(found);
    expect(endpoints.asked[0]?.headers.get("authorization")).toBe("pod-token");
  });

  test("changes the token of a workload into a role (web identity)", async () => {
    const said = `<Credentials><AccessKeyId>CK</AccessKeyId><SecretAccessKey>CS</SecretAccessKey><SessionToken>CT</SessionToken><Expiration>${expiration}</Expiration></Credentials>`;
    const xml = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>${said}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
    endpoints.answer = () => new Response(xml, { headers: { "content-type": "text/xml" } });
    const variables = {
      ...{ AWS_WEB_IDENTITY_TOKEN_FILE: file("web", "web-token"), AWS_ROLE_ARN: "arn:aws:iam::1:role/r" },
      ...{ AWS_ENDPOINT_URL_STS: endpoints.url, AWS_REGION: "us-east-1" },
    };
    expect(await chained(variables)).toMatchObject(found);
    expect(endpoints.asked[0]?.form.get("WebIdentityToken")).toBe("web-token");
    expect(endpoints.asked[0]?.form.get("Action")).toBe("AssumeRoleWithWebIdentity");
  });

  test("runs the process that a profile names", async () => {
    const { Token: SessionToken, ...rest } = keys;
    const said = file("process.json", JSON.stringify({ Version: 1, SessionToken, ...rest }));
    const config = file("process", `[profile made]\ncredential_process = cat ${said}\n`);
    expect(await chained({ AWS_CONFIG_FILE: config }, "made")).toMatchObject(found);
  });

  test("shows the token of a signed-in user (SSO), which it finds in its cache", async () => {
    const cache = join(folder, ".aws/sso/cache");
    mkdirSync(cache, { recursive: true });
    const name = createHash("sha1").update("work").digest("hex");
    writeFileSync(join(cache, `${name}.json`), JSON.stringify({ accessToken: "sso-token", expiresAt: expiration }));
    const config = file(
      "sso",
      "[profile sso]\nsso_session = work\nsso_account_id = 1\nsso_role_name = r\n" +
        "[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n",
    );
    endpoints.answer = () => Response.json({ roleCredentials: { ...found, expiration: Date.parse(expiration) } });
    const variables = { HOME: folder, AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL_SSO: endpoints.url };
    expect(await chained(variables, "sso")).toMatchObject(found);
    const [asked] = endpoints.asked;
    expect(asked?.headers.get("x-amz-sso_bearer_token")).toBe("sso-token");
    expect(asked?.url).toContain("role_name=r");
  });

  test("says that it found nothing, where there is nothing", async () => {
    await expect(chained({})).rejects.toThrow("Could not load credentials from any providers");
  });
});

describe("Google's machines and workloads", () => {
  const audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k";
  const anHour = { secret: "issued", auth: "bearer" as const, expiresAtMs: expect.any(Number) };
  const outside = { type: "external_account" as const, audience };

  test("asks the metadata server of the machine", async () => {
    endpoints.answer = ({ url }) =>
      url.includes("/token")
        ? Response.json(
            { access_token: "issued", expires_in: 3599, token_type: "Bearer" },
            { headers: { "metadata-flavor": "Google" } },
          )
        : new Response("ok", { headers: { "metadata-flavor": "Google" } });
    const variables = {
      ...{ GCE_METADATA_HOST: new URL(endpoints.url).host, METADATA_SERVER_DETECTION: "assume-present" },
      GOOGLE_CLOUD_PROJECT: "p",
      ...{
        HOME: join(folder, "nobody"),
        GOOGLE_APPLICATION_CREDENTIALS: undefined,
        CLOUDSDK_CONFIG: join(folder, "none"),
      },
    };
    expect(await withVariables(variables, () => issue({ type: "google_default" }))).toEqual(anHour);
    const asked = endpoints.asked.find(({ url }) => url.includes("/service-accounts/default/token"));
    expect(asked?.headers.get("metadata-flavor")).toBe("Google");
  });

  test("changes what an address tells of a workload, in a field of its answer", async () => {
    endpoints.answer = ({ url }) =>
      url.includes("/subject")
        ? Response.json({ value: "told" })
        : Response.json({ access_token: "issued", expires_in: 3600, token_type: "Bearer" });
    const token = await issue({
      ...outside,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${endpoints.url}/v1/token`,
      credential_source: {
        url: `${endpoints.url}/subject`,
        headers: { "x-asks": "me" },
        format: { type: "json", subject_token_field_name: "value" },
      },
    });
    expect(token).toEqual(anHour);
    expect(endpoints.asked.at(-2)?.headers.get("x-asks")).toBe("me");
    expect(endpoints.asked.at(-1)?.form.get("subject_token")).toBe("told");
  });

  test("changes what AWS knows of a workload there into Google's token", async () => {
    const token = await withVariables(
      {
        ...noAws,
        AWS_ACCESS_KEY_ID: "CK",
        AWS_SECRET_ACCESS_KEY: "CS",
        AWS_SESSION_TOKEN: "CT",
        AWS_REGION: "us-east-1",
      },
      () =>
        issue({
          ...outside,
          subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
          token_url: `${endpoints.url}/v1/token`,
          credential_source: {
            environment_id: "aws1",
            regional_cred_verification_url:
              "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
          },
        }),
    );
    expect(token).toEqual(anHour);
    const subject = decodeURIComponent(endpoints.asked[0]?.form.get("subject_token") ?? "");
    const signed = JSON.parse(subject);
    expect(signed).toMatchObject({ method: "POST", url: expect.stringContaining("sts.us-east-1.amazonaws.com") });
    expect(JSON.stringify(signed.headers)).toContain("Credential=CK/");
  });
});
