import { expect, test } from "bun:test";
import type { Credentials } from "#config/credentials-schema";
import { createIssueToken } from "#credentials/issue-token";
import { authSchemes } from "#providers/auth/schemes";
import { createSigner } from "#providers/auth/signer";
import { providerDefinitions } from "#providers/registry";
import { compileProvider } from "./compile";

test("compileProvider() gives a key with AWS credentials what Bedrock's requests are signed with, over the provider's scheme", async () => {
  const credentials: Credentials = {
    type: "aws_keys",
    access_key_id: "AKIDEXAMPLE",
    secret_access_key: "canary-key",
    session_token: "session-1",
  };
  const token = await createIssueToken({ fetch: globalThis.fetch, environment: {} })(credentials);
  const asked: string[] = [];
  const provider = compileProvider(
    { id: "bedrock", config: {}, keys: [{ id: "k", name: "main", weight: 1, credentials }] },
    providerDefinitions.get("bedrock"),
    (_, label) => {
      asked.push(label);
      return token;
    },
  );
  expect([asked, provider.baseUrl]).toEqual([["bedrock/main"], "https://bedrock-runtime.us-east-1.amazonaws.com"]);
  const [key] = provider.keys;
  if (key === undefined) throw new Error("The key is missing");
  const url = `${provider.baseUrl}/model/m/converse`;
  const request = { method: "POST", url, headers: { "content-type": "application/json" }, body: "{}" } as const;
  const { headers } = await createSigner(authSchemes).sign(request, { key, provider });
  expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\//);
  expect(headers["x-amz-security-token"]).toBe("session-1");
  expect(JSON.stringify(headers)).not.toContain("canary-key");
});

test("compileProvider() leaves a key out whose credentials have no token", () => {
  const keys = [{ id: "k", name: "main", weight: 1, credentials: { type: "google_default" as const } }];
  expect(compileProvider({ id: "groq", config: {}, keys }, providerDefinitions.get("groq")).keys).toEqual([]);
});
