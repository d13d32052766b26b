import { describe, expect, test } from "bun:test";
import { createHash, createHmac } from "node:crypto";
import { regionOf, signV4 } from "./sigv4";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const host = "bedrock-runtime.eu-central-1.amazonaws.com";
const url = `https://${host}/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`;

function request(at = url) {
  return { method: "POST" as const, url: at, headers: { accept: "application/json" }, body: '{"messages":[]}' };
}

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** As AWS describes it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function expectedSignature(headers: { readonly [name: string]: string }, canonicalPath: string): string {
  const at = headers["x-amz-date"] ?? "";
  const token = headers["x-amz-security-token"];
  const signed = token === undefined ? "host;x-amz-date" : "host;x-amz-date;x-amz-security-token";
  const lines = [`host:${host}`, `x-amz-date:${at}`, ...(token === undefined ? [] : [`x-amz-security-token:${token}`])];
  const canonical = ["POST", canonicalPath, "", ...lines, "", signed, sha256(request().body)].join("\n");
  const scope = `${at.slice(0, 8)}/eu-central-1/bedrock/aws4_request`;
  const key = ["eu-central-1", "bedrock", "aws4_request"].reduce<Buffer>(
    hmac,
    hmac(`AWS4${keys.secretAccessKey}`, at.slice(0, 8)),
  );
  const signature = hmac(key, ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n")).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

describe("signV4()", () => {
  // The colon of the model's name is sent as %3A, and signed as %253A.
  const canonicalPath = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%253A0/converse";

  test("signs the path encoded once more, host and body, and keeps the other headers", async () => {
    const { headers, url: sent } = await signV4(request(), JSON.stringify(keys));
    expect(sent).toBe(url);
    expect(headers.accept).toBe("application/json");
    expect(headers.authorization).toBe(expectedSignature(headers, canonicalPath));
  });

  test("signs the session token too", async () => {
    const { headers } = await signV4(request(), JSON.stringify({ ...keys, sessionToken: "token/+=" }));
    expect(headers["x-amz-security-token"]).toBe("token/+=");
    expect(headers.authorization).toBe(expectedSignature(headers, canonicalPath));
  });

  test("takes the region of the credentials where the host has none, and refuses where nobody says it", async () => {
    const behind = request("http://127.0.0.1:9100/model/m/converse");
    const { headers } = await signV4(behind, JSON.stringify({ ...keys, region: "us-west-2" }));
    expect(headers.authorization).toContain("/us-west-2/bedrock/");
    expect(signV4(request("http://127.0.0.1:9100/x"), JSON.stringify(keys))).rejects.toThrow("no AWS region");
    for (const secret of ["", "secret", "{}", '{"accessKeyId":1}'])
      expect(signV4(request(), secret)).rejects.toThrow("accessKeyId");
  });
});

test("regionOf() reads the region out of hosts of every kind", () => {
  for (const [name, region] of [
    [host, "eu-central-1"],
    ["bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
    ["bedrock-runtime.cn-north-1.amazonaws.com.cn", "cn-north-1"],
    ["vpce-1a2b-3c.bedrock-runtime.us-east-1.vpce.amazonaws.com", "us-east-1"],
    ["bedrock-runtime.ap-southeast-2.api.aws", "ap-southeast-2"],
    ["gateway.example.com", undefined],
    ["127.0.0.1", undefined],
  ] as const)
    expect(regionOf(name), name).toBe(region);
});
