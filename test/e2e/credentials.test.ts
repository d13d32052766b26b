import { afterAll, expect, test } from "bun:test";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pick } from "../harness/pick.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

// Keys that tokens are fetched for, in a whole gateway: an issuer, and a provider that takes no other.

const lifeMs = 3_600_000;
const region = "eu-west-1";
const staticKeys = { id: "AKSTATIC", secret: "static/secret+key" };
const folder = mkdtempSync(join(tmpdir(), "hg-credentials-"));
writeFileSync(join(folder, "subject"), "subject-token");
writeFileSync(join(folder, "stranger"), "nobody");

/** What was issued. */
const bearers: string[] = [];
const secrets = new Map<string, { readonly secret: string; readonly token: string | null }>([
  [staticKeys.id, { secret: staticKeys.secret, token: null }],
]);
let isDown = false;

const issuer = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    if (isDown)
      return Response.json({ error: "invalid_grant", error_description: "workload is gone" }, { status: 400 });
    if (new URL(request.url).pathname === "/container") {
      const [AccessKeyId, SecretAccessKey, Token] = [`AK${secrets.size}`, `SK/${secrets.size}`, `ST+/=${secrets.size}`];
      secrets.set(AccessKeyId, { secret: SecretAccessKey, token: Token });
      const Expiration = new Date(Date.now() + lifeMs).toISOString();
      return Response.json({ AccessKeyId, SecretAccessKey, Token, Expiration });
    }
    const form = new URLSearchParams(await request.text());
    if (form.get("subject_token") !== "subject-token")
      return Response.json({ error: "invalid_grant", error_description: "no such workload" }, { status: 400 });
    const access_token = `token-${bearers.length}`;
    bearers.push(access_token);
    return Response.json({ access_token, expires_in: lifeMs / 1000, token_type: "Bearer" });
  },
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** What is wrong with a signature, by https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureProblem(request: Request, body: string): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/bedrock\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w+)$/;
  const [, id = "", day = "", at = "", names = "", signature] =
    form.exec(request.headers.get("authorization") ?? "") ?? [];
  const known = secrets.get(id);
  if (known === undefined || at !== region) return `nobody's key: ${request.headers.get("authorization")}`;
  if (request.headers.get("x-amz-security-token") !== known.token) return "another session's token";
  if (known.token !== null && !names.includes("x-amz-security-token")) return "the session's token is not signed";
  const path = new URL(request.url).pathname.split("/").map(encodeURIComponent).join("/");
  const lines = names.split(";").map((name) => `${name}:${request.headers.get(name)}`);
  const canonical = [request.method, path, "", ...lines, "", names, sha256(body)].join("\n");
  const time = request.headers.get("x-amz-date") ?? "";
  const key = [day, at, "bedrock", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${known.secret}`);
  const text = ["AWS4-HMAC-SHA256", time, `${day}/${at}/bedrock/aws4_request`, sha256(canonical)].join("\n");
  return hmac(key, text).toString("hex") === signature ? undefined : "the signature does not match";
}

const problems: string[] = [];
/** The tokens of the requests that came. */
const carried: string[] = [];

const provider = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const body = await request.text();
    if (new URL(request.url).pathname.startsWith("/model/")) {
      const problem = signatureProblem(request, body);
      if (problem !== undefined) problems.push(problem);
      if (problem !== undefined) return Response.json({ message: problem }, { status: 403 });
      const message = { role: "assistant", content: [{ text: "ok" }] };
      const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
      return Response.json({ output: { message }, stopReason: "end_turn", usage, metrics: { latencyMs: 1 } });
    }
    const bearer = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    if (!bearers.includes(bearer)) problems.push(`"${bearer}" is nobody's token`);
    carried.push(bearer);
    const choices = [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }];
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    return Response.json({ id: "c", object: "chat.completion", created: 1, model: "m", choices, usage });
  },
});

const baseUrl = `http://127.0.0.1:${provider.port}`;
const keyed = (dialect: string, base_url: string, credentials: object) => ({
  ...{ dialect, base_url, retries: { max: 0 }, models: [{ id: "m" }] },
  keys: [{ name: "main", credentials }],
});
const workload = (file: string) => ({
  type: "external_account",
  audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: `http://127.0.0.1:${issuer.port}/token`,
  credential_source: { file: join(folder, file) },
});
const gateway = await startHeadgate({
  workers: 2,
  env: {
    ...{ AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${issuer.port}/container` },
    ...{ AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/none", AWS_SHARED_CREDENTIALS_FILE: "/none" },
  },
  config: {
    providers: {
      workload: keyed("openai-chat", `${baseUrl}/v1`, workload("subject")),
      stranger: keyed("openai-chat", `${baseUrl}/v1`, workload("stranger")),
      "aws-keys": keyed("bedrock-converse", baseUrl, {
        ...{ type: "aws_keys", access_key_id: staticKeys.id, secret_access_key: staticKeys.secret, region },
      }),
      "aws-chain": keyed("bedrock-converse", baseUrl, { type: "aws_default", region }),
    },
  },
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([provider.stop(true), issuer.stop(true)]);
  rmSync(folder, { recursive: true });
});

/** On a connection of its own, so that either worker may get it. */
function ask(id: string): Promise<Response> {
  const messages = [{ role: "user", content: "hello" }];
  return gateway.post("/v1/chat/completions", { model: `${id}/m`, messages }, { connection: "close" });
}

async function answered(id: string): Promise<string> {
  const response = await ask(id);
  return `${response.status} ${response.ok ? "" : await response.text()}`.trim();
}

test("each way of keys is signed or carried as the provider demands", async () => {
  for (const id of ["workload", "aws-keys", "aws-chain"]) {
    await waitUntil(`the token of ${id}`, async () => (await answered(id)) === "200");
    for (let time = 0; time < 5; time += 1) expect(await answered(id), problems.join("\n")).toBe("200");
  }
  expect(problems).toEqual([]);
});

test("a control process that comes anew fetches once for all workers, and what it has fetched is carried at once", async () => {
  const before = bearers.length;
  await gateway.kill("control");
  carried.length = 0;
  await waitUntil("both workers to carry the next token", async () => {
    expect(await answered("workload"), problems.join("\n")).toBe("200");
    return carried.length > 20 && carried.slice(-20).every((token) => token === `token-${before}`);
  });
  expect(bearers.length).toBe(before + 1);
});

test("while the issuer fails the token before is carried on, and operators are told why", async () => {
  isDown = true;
  await gateway.kill("control");
  const warned = await waitUntil("the key to say so", async () => {
    expect(await answered("workload"), problems.join("\n")).toBe("200");
    const answer = await gateway.admin("GET", "/api/providers/workload/keys");
    const problem = pick(await answer.json(), "data.0.token.problem");
    return problem === undefined ? undefined : String(problem);
  });
  expect(warned).toContain("workload is gone");
  expect(await answered("aws-chain"), problems.join("\n")).toBe("200");
  isDown = false;
});

test("a key that no token comes for is refused by name, towards the client and where it is tried", async () => {
  const response = await ask("stranger");
  expect([response.status, await response.json()]).toMatchObject([
    503,
    { error: { code: "no_target_available", message: expect.stringContaining("stranger") } },
  ]);
  const tried = await gateway.admin("POST", "/api/providers/stranger/test", {});
  expect(await tried.json()).toMatchObject({
    ok: false,
    results: [{ outcome: "token_refused", message: expect.stringContaining("no such workload") }],
  });
});

test("each is tried by a real call, as requests are asked", async () => {
  for (const id of ["workload", "aws-keys", "aws-chain"]) {
    const tried = await gateway.admin("POST", `/api/providers/${id}/test`, { model: "m" });
    expect(await tried.json(), problems.join("\n")).toMatchObject({ ok: true, results: [{ outcome: "ok" }] });
  }
  expect(problems).toEqual([]);
});
