import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TokenEndpoints } from "#credentials/fixtures/token-endpoints";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const folder = mkdtempSync(join(tmpdir(), "hg-e2e-credentials-"));
afterAll(() => rmSync(folder, { recursive: true }));

const answer = {
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

test("a worker sends the token that control fetched, also where control starts anew and nobody issues one", async () => {
  using endpoints = new TokenEndpoints();
  let isDown = false;
  endpoints.answer = () =>
    isDown
      ? Response.json({ error: "temporarily_unavailable" }, { status: 503 })
      : Response.json({ access_token: "ya29.issued-token", expires_in: 3600, token_type: "Bearer" });
  const sent: (string | null)[] = [];
  const provider = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      sent.push(request.headers.get("authorization"));
      return Response.json(answer);
    },
  });
  writeFileSync(join(folder, "subject"), "subject-token");
  const account = {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${endpoints.url}/v1/token`,
    credential_source: { file: join(folder, "subject") },
  };
  writeFileSync(join(folder, "account.json"), JSON.stringify(account));
  const headgate = await startHeadgate({
    workers: 1,
    config: {
      providers: {
        cloud: {
          dialect: "openai-chat",
          base_url: `http://127.0.0.1:${provider.port}/v1`,
          auth: "api-key",
          keys: [{ name: "workload", credentials: `file:${join(folder, "account.json")}` }],
          models: [{ id: "m", price: { input: 1, output: 1 } }],
        },
      },
    },
  });
  try {
    const ask = async () => {
      const body = { model: "cloud/m", messages: [{ role: "user", content: "hi" }] };
      const response = await headgate.post("/v1/chat/completions", body);
      return { status: response.status, text: await response.text() };
    };
    expect(await ask()).toMatchObject({ status: 200 });
    expect(sent).toEqual(["Bearer ya29.issued-token"]);
    expect(endpoints.asked[0]?.form.get("subject_token")).toBe("subject-token");
    const shown = await (await headgate.admin("GET", "/api/providers/cloud")).json();
    expect(shown).toMatchObject({ keys: [{ credentials: "external_account", usable: true }] });

    isDown = true;
    const tried = endpoints.asked.length;
    await headgate.kill("control");
    await waitUntil("another try", () => endpoints.asked.length > tried, 20_000);
    await waitUntil("the key to say that no token came", async () => {
      const key = await headgate.admin("GET", "/api/providers/cloud/keys").catch(() => undefined);
      return key?.status === 200 && (await key.text()).includes("problem");
    });
    expect(await ask()).toMatchObject({ status: 200 });
    expect(new Set(sent)).toEqual(new Set(["Bearer ya29.issued-token"]));
    expect(headgate.output()).not.toContain("ya29.");
  } finally {
    await headgate.stop();
    provider.stop(true);
  }
}, 240_000);
